package telnet

// Commands (RFC 854).
const (
	cmdSE   = 240
	cmdNOP  = 241
	cmdDM   = 242
	cmdBRK  = 243
	cmdIP   = 244
	cmdAO   = 245
	cmdAYT  = 246
	cmdEC   = 247
	cmdEL   = 248
	cmdGA   = 249
	cmdSB   = 250
	cmdWILL = 251
	cmdWONT = 252
	cmdDO   = 253
	cmdDONT = 254
	iac     = 255
)

// Options.
const (
	optBinary = 0
	optEcho   = 1
	optSGA    = 3
	optTType  = 24
	optNAWS   = 31
)

const (
	ttypeIs   = 0
	ttypeSend = 1
	// subLimit bounds a subnegotiation; longer ones are ignored to their end.
	subLimit = 128
)

// Handler takes what a client sends.
type Handler interface {
	// Keys takes what was typed; the slice is valid during the call.
	Keys(p []byte)
	// Break is the telnet BREAK.
	Break()
	// Window is a new window size in characters; 0 means unknown.
	Window(columns, rows int)
	// TerminalType is the client's name for its terminal.
	TerminalType(name string)
}

// state of the receiver: what the next byte is.
type state uint8

const (
	inData state = iota
	inCommand
	inOption // after WILL, WONT, DO, DONT
	inSub
	inSubIAC
)

// side is one side's state of one option (RFC 1143, without the queue: we never
// change our mind while an answer is due).
type side uint8

const (
	off side = iota
	wanted
	on
)

// Conn is the telnet side of one connection; not for use by several goroutines
// at once, but for Append beside Receive when the caller locks both.
type Conn struct {
	handler Handler
	state   state
	command byte
	sub     []byte
	subLong bool
	afterCR bool // the last key was CR: LF or NUL after it belong to it
	outCR   bool // the last byte sent was CR

	us, them [256]side
	reply    []byte
}

// New returns a Conn and the bytes with which the server opens the negotiation.
func New(h Handler) (c *Conn, opening []byte) {
	c = &Conn{handler: h}
	for _, opt := range []byte{optEcho, optSGA} {
		c.us[opt] = wanted
		c.answer(cmdWILL, opt)
	}
	for _, opt := range []byte{optSGA, optTType, optNAWS} {
		c.them[opt] = wanted
		c.answer(cmdDO, opt)
	}
	return c, c.takeReply()
}

func (c *Conn) answer(cmd, opt byte) { c.reply = append(c.reply, iac, cmd, opt) }

func (c *Conn) takeReply() []byte {
	r := c.reply
	c.reply = nil
	return r
}

// Binary reports whether the client sends binary data (RFC 856).
func (c *Conn) Binary() bool { return c.them[optBinary] == on }

// Receive takes bytes from the connection, calls the handler for what they mean
// and returns what is to be sent back, nil for nothing.
func (c *Conn) Receive(p []byte) (reply []byte) {
	keys := make([]byte, 0, len(p))
	flush := func() {
		if len(keys) > 0 {
			c.handler.Keys(keys)
			keys = keys[:0]
		}
	}
	for _, b := range p {
		switch c.state {
		case inData:
			if b == iac {
				c.state = inCommand
				continue
			}
			keys = c.data(keys, b)
		case inCommand:
			if b == iac {
				c.state = inData
				keys = c.data(keys, b)
				continue
			}
			flush()
			keys = c.doCommand(keys, b)
		case inOption:
			c.state = inData
			c.negotiate(c.command, b)
		case inSub, inSubIAC:
			c.subByte(b)
		}
	}
	flush()
	return c.takeReply()
}

// data takes one byte of data. RFC 854: a CR comes with LF (a new line) or NUL
// (the carriage alone); both are the Enter key to a console.
func (c *Conn) data(keys []byte, b byte) []byte {
	after := c.afterCR
	c.afterCR = b == '\r' && !c.Binary()
	if after && (b == '\n' || b == 0) {
		return keys
	}
	return append(keys, b)
}

// doCommand does a command and returns keys that it stands for.
func (c *Conn) doCommand(keys []byte, cmd byte) []byte {
	c.state = inData
	switch cmd {
	case cmdWILL, cmdWONT, cmdDO, cmdDONT:
		c.command, c.state = cmd, inOption
	case cmdSB:
		c.sub, c.subLong, c.state = c.sub[:0], false, inSub
	case cmdBRK:
		c.handler.Break()
	case cmdIP: // interrupt process: the terminal's Ctrl-C
		return append(keys, 0x03)
	case cmdEC: // erase character
		return append(keys, 0x7f)
	case cmdEL: // erase line
		return append(keys, 0x15)
	case cmdAYT:
		c.reply = append(c.reply, "\r\n[yes]\r\n"...)
	case cmdSE, cmdNOP, cmdDM, cmdAO, cmdGA:
		// nothing to do: there is no queue to flush, and go-ahead is suppressed
	}
	return keys
}

// negotiate answers an option request (RFC 1143, 7).
func (c *Conn) negotiate(cmd, opt byte) {
	switch cmd {
	case cmdWILL:
		c.enable(&c.them[opt], opt, theirs(opt), cmdDO, cmdDONT)
		if opt == optTType && c.them[opt] == on {
			c.reply = append(c.reply, iac, cmdSB, optTType, ttypeSend, iac, cmdSE)
		}
	case cmdWONT:
		c.disable(&c.them[opt], opt, cmdDONT)
	case cmdDO:
		c.enable(&c.us[opt], opt, ours(opt), cmdWILL, cmdWONT)
	case cmdDONT:
		c.disable(&c.us[opt], opt, cmdWONT)
	}
}

func (c *Conn) enable(s *side, opt byte, agree bool, yes, no byte) {
	switch {
	case *s == on:
		return
	case *s == wanted:
		*s = on // the answer to our request: no answer to it
	case agree:
		*s = on
		c.answer(yes, opt)
	default:
		c.answer(no, opt)
	}
}

func (c *Conn) disable(s *side, opt, no byte) {
	if *s == on {
		c.answer(no, opt)
	}
	*s = off
}

// ours are the options that we do when asked, theirs those that the client may.
func ours(opt byte) bool { return opt == optEcho || opt == optSGA || opt == optBinary }

func theirs(opt byte) bool {
	return opt == optSGA || opt == optBinary || opt == optTType || opt == optNAWS
}

func (c *Conn) subByte(b byte) {
	switch {
	case c.state == inSubIAC && b == cmdSE:
		c.state = inData
		if !c.subLong {
			c.subDone()
		}
		return
	case c.state == inSubIAC && b != iac: // an unescaped IAC: the end was lost
		c.state = inData
		return
	case c.state == inSub && b == iac:
		c.state = inSubIAC
		return
	}
	c.state = inSub
	if len(c.sub) >= subLimit {
		c.subLong = true
		return
	}
	c.sub = append(c.sub, b)
}

func (c *Conn) subDone() {
	if len(c.sub) == 0 {
		return
	}
	switch body := c.sub[1:]; c.sub[0] {
	case optNAWS:
		if len(body) == 4 {
			c.handler.Window(int(body[0])<<8|int(body[1]), int(body[2])<<8|int(body[3]))
		}
	case optTType:
		if len(body) > 1 && body[0] == ttypeIs {
			c.handler.TerminalType(string(body[1:]))
		}
	}
}

// Append appends p to dst as it goes over the connection: IAC doubled and,
// unless we send binary, a CR that no LF follows padded with NUL.
func (c *Conn) Append(dst, p []byte) []byte {
	binary := c.us[optBinary] == on
	for _, b := range p {
		if c.outCR && b != '\n' && !binary {
			dst = append(dst, 0)
		}
		c.outCR = b == '\r'
		if b == iac {
			dst = append(dst, iac)
		}
		dst = append(dst, b)
	}
	return dst
}
