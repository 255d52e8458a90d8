package forward

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

// sendFragments cuts a packet that is larger than out's MTU (RFC 791, 3.2), or
// refuses it when it must not be cut (RFC 1191). It owns buf.
func (p *Plane) sendFragments(now clock.Instant, in, out *iface, hop uint32, buf *packet.Buffer) {
	h := ip.Header(buf.Bytes())
	if h.DF() {
		p.sendError(now, in, buf, false, ip.ICMPUnreachable, ip.CodeFragNeeded, uint32(out.mtu))
		out.traffic.OutDrops++
		p.drop(out, DropFragmentationNeeded, buf)
		return
	}
	p.count.Fragmented++
	p.step(StepFragmenting, in, out, hop, h, 0)
	var rest [ip.MaxHeaderLen]byte
	copy(rest[:], h[:ip.HeaderLen])
	later := ip.CopiedOptions(rest[:ip.HeaderLen], h.Options())
	later[0] = 0x40 | byte(len(later)/4)

	payload, word := h.Payload(), h.FragmentWord()
	head := []byte(h[:h.IHL()])
	for off := 0; off < len(payload); {
		n := min(len(payload)-off, (out.mtu-len(head))&^7)
		more := word&ip.FlagMF != 0 || off+n < len(payload)
		p.count.Fragments++
		f := fragment(head, payload[off:off+n], int(word&ip.OffsetMask)*8+off, more)
		f.Ingress, f.Protected, f.NATT, f.SA, f.Security = buf.Ingress, buf.Protected, buf.NATT, buf.SA, buf.Security
		p.transmit(now, in, out, hop, f, false)
		off += n
		head = later
	}
	buf.Release()
}

// fragment returns one piece: header, offset in bytes, payload.
func fragment(head, payload []byte, off int, more bool) *packet.Buffer {
	f := packet.Get(len(head) + len(payload))
	copy(f.Extend(len(head)), head)
	copy(f.Extend(len(payload)), payload)
	h := ip.Header(f.Bytes())
	word := uint16(off / 8)
	if more {
		word |= ip.FlagMF
	}
	h.SetFragmentWord(word)
	h.SetTotalLen(len(h))
	h.FillChecksum()
	return f
}
