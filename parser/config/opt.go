package config

// Opt is a value that may be unset.
type Opt[T any] struct {
	// Value is the zero value while Set is false.
	Value T
	// Set tells a configured zero from nothing.
	Set bool
}

// Some returns a set Opt.
func Some[T any](v T) Opt[T] { return Opt[T]{Value: v, Set: true} }

// Get returns the value and whether it is set.
func (o Opt[T]) Get() (T, bool) { return o.Value, o.Set }

// Or returns the value, or def when unset.
func (o Opt[T]) Or(def T) T {
	if o.Set {
		return o.Value
	}
	return def
}

// IsOpt marks the type for packages that bind fields by reflection.
func (o Opt[T]) IsOpt() {}
