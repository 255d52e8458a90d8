package config

import (
	"errors"
	"strconv"
)

var errSeverity = errors.New("not a logging severity")

// Key implements Keyed.
func (l *Line) Key() string {
	k := l.Kind + " " + strconv.Itoa(l.First)
	if l.Last.Set {
		k += " " + strconv.Itoa(l.Last.Value)
	}
	return k
}

var lineRank = map[string]int{"con": 0, "tty": 1, "aux": 2, "vty": 3}

// Before orders console, tty, aux, vty.
func (l *Line) Before(o *Line) bool {
	if lineRank[l.Kind] != lineRank[o.Kind] {
		return lineRank[l.Kind] < lineRank[o.Kind]
	}
	return l.First < o.First
}
