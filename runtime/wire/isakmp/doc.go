// Package isakmp is the wire format of ISAKMP and IKEv1 (RFC 2407, 2408, 2409,
// 3947): header, payloads and attributes, without behaviour and without
// cryptography.
//
//	datagram ── ParseHeader ─► Header
//	              │
//	              └─ body (decrypted by the engine when flag E is set)
//	                   │ ParseChain
//	                   ▼
//	                 []Part{Raw, Payload} ─ *SA, *KE, *ID, *Notify …
//
// What was read can be written again: attributes keep their form (TV or TLV),
// payloads that the package does not know stay as bytes. Parsing is strict in
// what the RFCs call a MUST: lengths, reserved octets, chains of next payloads.
//
// The vocabulary that IKE and IPsec share (transform ids, algorithms,
// encapsulation modes, groups) lives here too.
package isakmp
