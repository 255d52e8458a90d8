package pool

import "net/netip"

// Range is an inclusive range of IPv4 addresses.
type Range struct{ First, Last netip.Addr }

// Pool is one `ip local pool NAME …`, with its ranges in the order typed.
type Pool struct {
	Name   string
	Group  string // addresses of different groups may overlap; empty for the base system group
	Ranges []Range
}

// Config lists the pools in the order of the configuration.
type Config struct{ Pools []Pool }

// Lease is an address in use.
type Lease struct {
	Addr        netip.Addr
	User, Iface string
}

// RangeStatus is one row of `show ip local pool`.
type RangeStatus struct {
	First, Last netip.Addr
	Free, InUse int
}

// Status is one pool.
type Status struct {
	Name, Group string
	Ranges      []RangeStatus
}

// Manager lends addresses. It is not safe for concurrent use.
type Manager struct{ cfg Config }

// New returns a Manager with cfg's pools.
func New(cfg Config) *Manager { return &Manager{cfg: cfg} }

// Configure replaces the pools. Addresses in use stay so until given back,
// even outside every range.
func (m *Manager) Configure(cfg Config) { m.cfg = cfg }

// Take lends an address of the named pool: want when it is valid, in the pool
// and free; else the address that the same user had last, when free; else the
// next one. It reports false when the pool is unknown or exhausted.
func (m *Manager) Take(pool, user, iface string, want netip.Addr) (netip.Addr, bool) {
	return netip.Addr{}, false
}

// Give takes an address back. One that is not lent is ignored.
func (m *Manager) Give(pool string, addr netip.Addr) {}

// Snapshot returns all pools in configured order.
func (m *Manager) Snapshot() []Status { return nil }

// Leases returns the addresses of a pool in use, in ascending order.
func (m *Manager) Leases(pool string) []Lease { return nil }

// Available returns up to limit free addresses of a pool in the order in which
// they would be lent.
func (m *Manager) Available(pool string, limit int) []netip.Addr { return nil }
