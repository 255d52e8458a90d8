package aaa

import "ioslab/runtime/event"

// Event marks what this engine tells.
type Event interface {
	event.Event
	aaaEvent()
}

// Bound tells that session ID belongs to an interface or line; Iface may be empty.
type Bound struct {
	ID    uint32
	Iface string
}

// ListPicked tells which method list decides about a session.
type ListPicked struct {
	Service       Service
	Authorization bool
	ID            uint32
	List          string
}

// LocalLookup asks the local database.
type LocalLookup struct {
	Service Service
	ID      uint32
	User    string
}

// MethodAnswered is the outcome of one method.
type MethodAnswered struct {
	Service       Service
	Authorization bool
	ID            uint32
	Method        Method
	Status        Status
}

// UserLocked tells that a user is locked out.
type UserLocked struct{ User string }

// Class of each event is the debug condition that prints it.
func (Bound) Class() event.Class { return event.AAAAuthentication }

// Class is authorization or authentication.
func (e ListPicked) Class() event.Class { return class(e.Authorization) }

// Class is authentication.
func (LocalLookup) Class() event.Class { return event.AAAAuthentication }

// Class is authorization or authentication.
func (e MethodAnswered) Class() event.Class { return class(e.Authorization) }

// Class is that of system messages.
func (UserLocked) Class() event.Class { return event.Syslog }

func class(authorization bool) event.Class {
	if authorization {
		return event.AAAAuthorization
	}
	return event.AAAAuthentication
}

func (Bound) aaaEvent()          {}
func (ListPicked) aaaEvent()     {}
func (LocalLookup) aaaEvent()    {}
func (MethodAnswered) aaaEvent() {}
func (UserLocked) aaaEvent()     {}
