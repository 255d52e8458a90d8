// Package link joins two ports by a wire in memory: with faults drawn from one
// seeded source, and taps that write what passed to pcapng files.
//
//	A ─ Send(A,…) ─►┌ tap ┐─► loss ─► duplicate ─► bandwidth+queue ─► delay+jitter+reorder ─► B
//	A ◄─────────────└ tap ┘◄───────────────────────── (the same, other way) ◄─ Send(B,…) ─ B
//
// Without a delay a frame is handed over on the sender's stack; with one,
// through the Scheduler. In a simulated world the lab's own Deliver functions put
// frames on its event heap.
package link
