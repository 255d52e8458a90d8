package l2tp

import "fmt"

// field binds one attribute to a variable of a message.
type field struct {
	attr     Attr
	required bool
	present  func() bool
	append   func([]byte) []byte
	parse    func([]byte) error
}

// must binds an attribute that the RFC wants in every such message.
func must[T any](a Attr, c codec[T], v *T) field {
	return field{attr: a, required: true,
		present: func() bool { return true },
		append:  func(dst []byte) []byte { return c.append(dst, *v) },
		parse: func(p []byte) (err error) {
			got, err := c.parse(p)
			if err == nil {
				*v = got
			}
			return err
		}}
}

// may binds an attribute that may be absent.
func may[T any](a Attr, c codec[T], v *Opt[T]) field {
	return field{attr: a,
		present: func() bool { return v.OK },
		append:  func(dst []byte) []byte { return c.append(dst, v.V) },
		parse: func(p []byte) error {
			got, err := c.parse(p)
			if err == nil {
				*v = Some(got)
			}
			return err
		}}
}

// u16 lets an attribute with a type of its own use the integer codec.
func u16[T ~uint16]() codec[T] {
	return codec[T]{
		func(dst []byte, v T) []byte { return codecU16.append(dst, uint16(v)) },
		func(p []byte) (T, error) { v, err := codecU16.parse(p); return T(v), err }}
}

// UnknownAVPError is an AVP that we do not recognize and must not ignore.
type UnknownAVPError struct{ AVP AVP }

// Error names vendor and attribute.
func (e *UnknownAVPError) Error() string {
	return fmt.Sprintf("mandatory AVP of vendor %d, attribute %d, is unknown", e.AVP.Vendor, uint16(e.AVP.Attr))
}

// UnknownMessageError is a message type that we do not know. It may be ignored
// unless Mandatory.
type UnknownMessageError struct {
	Type      MessageType
	Mandatory bool
}

// Error names the type.
func (e *UnknownMessageError) Error() string {
	return fmt.Sprintf("message type %d is unknown", uint16(e.Type))
}

// MissingError is a message without AVPs that it must have.
type MissingError struct {
	Type  MessageType
	Attrs []Attr
}

// Error names the first of them.
func (e *MissingError) Error() string { return fmt.Sprintf("%v without %v", e.Type, e.Attrs[0]) }

// ValueError is a mandatory AVP whose value does not parse.
type ValueError struct {
	Attr Attr
	Err  error
}

// Error names the attribute.
func (e *ValueError) Error() string { return fmt.Sprintf("%v: %v", e.Attr, e.Err) }

// Unwrap returns the value's error.
func (e *ValueError) Unwrap() error { return e.Err }
