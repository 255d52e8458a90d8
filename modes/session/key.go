package session

// key is one editing command out of the byte stream.
type key int

const (
	keyNone     key = iota // nothing yet: in the middle of a sequence
	keyRune                // a plain character
	keyEnter               // CR, LF, CR LF, CR NUL
	keyTab                 // Ctrl-I
	keyHome                // Ctrl-A
	keyLeft                // Ctrl-B, left arrow
	keyAbort               // Ctrl-C
	keyDelete              // Ctrl-D
	keyLast                // Ctrl-E
	keyRight               // Ctrl-F, right arrow
	keyBack                // Ctrl-H, DEL
	keyKill                // Ctrl-K
	keyRedraw              // Ctrl-L, Ctrl-R
	keyNext                // Ctrl-N, down arrow
	keyPrev                // Ctrl-P, up arrow
	keySwap                // Ctrl-T
	keyErase               // Ctrl-U, Ctrl-X: to the beginning
	keyQuote               // Ctrl-V
	keyWord                // Ctrl-W: erase the word on the left
	keyYank                // Ctrl-Y
	keyEnd                 // Ctrl-Z
	keyBreak               // Ctrl-Shift-6
	keyWordBack            // Esc b
	keyWordFwd             // Esc f
	keyWordDel             // Esc d
	keyUpper               // Esc u: upper case to the end of the word
	keyLower               // Esc l
	keyCapital             // Esc c
)

var controlKeys = [32]key{
	1: keyHome, 2: keyLeft, 3: keyAbort, 4: keyDelete, 5: keyLast, 6: keyRight,
	8: keyBack, 9: keyTab, 10: keyEnter, 11: keyKill, 12: keyRedraw, 13: keyEnter,
	14: keyNext, 16: keyPrev, 18: keyRedraw, 20: keySwap, 21: keyErase,
	22: keyQuote, 23: keyWord, 24: keyErase, 25: keyYank, 26: keyEnd, 30: keyBreak,
}

var escapeKeys = map[byte]key{
	'b': keyWordBack, 'f': keyWordFwd, 'd': keyWordDel, 'u': keyUpper, 'l': keyLower, 'c': keyCapital,
	127: keyWord, 8: keyWord,
}

var arrowKeys = map[byte]key{'A': keyPrev, 'B': keyNext, 'C': keyRight, 'D': keyLeft, 'H': keyHome, 'F': keyLast}

var tildeKeys = map[byte]key{'1': keyHome, '7': keyHome, '3': keyDelete, '4': keyLast, '8': keyLast}

type decoderState int

const (
	plain    decoderState = iota
	escape                // after Esc
	sequence              // after Esc [ or Esc O
	quoted                // after Ctrl-V
)

// decoder turns bytes into keys. It remembers a CR so that the LF or NUL that
// belongs to it is swallowed, in whichever packet it comes.
type decoder struct {
	state decoderState
	cr    bool
	param byte // first digit of a CSI sequence
	taken bool // the last character came behind Ctrl-V
}

// wasQuoted reports whether the last character was taken as it is.
func (d *decoder) wasQuoted() bool { return d.taken }

// next returns the key that b completes; ch is its character for keyRune.
func (d *decoder) next(b byte) (k key, ch byte) {
	switch d.state {
	case escape:
		return d.afterEscape(b), 0
	case sequence:
		return d.inSequence(b), 0
	case quoted:
		d.state, d.taken = plain, true
		return keyRune, b
	case plain:
	}
	d.taken = false
	cr := d.cr
	d.cr = b == '\r'
	switch {
	case b == 0, b == '\n' && cr:
		return keyNone, 0
	case b == 27:
		d.state = escape
		return keyNone, 0
	case b == 127:
		return keyBack, 0
	case b >= 32:
		return keyRune, b
	}
	k = controlKeys[b]
	if k == keyQuote {
		d.state = quoted
		return keyNone, 0
	}
	return k, 0
}

func (d *decoder) afterEscape(b byte) key {
	d.state = plain
	switch b {
	case '[', 'O':
		d.state, d.param = sequence, 0
		return keyNone
	case 27:
		d.state = escape
		return keyNone
	case '\r', '\n': // a stray Esc does not swallow the line's end
		d.cr = b == '\r'
		return keyEnter
	}
	return escapeKeys[b]
}

func (d *decoder) inSequence(b byte) key {
	switch {
	case b >= '0' && b <= '9' || b == ';':
		if d.param == 0 {
			d.param = b
		}
		return keyNone
	case b == '\r' || b == '\n':
		d.state, d.cr = plain, b == '\r'
		return keyEnter
	}
	d.state = plain
	if b == '~' {
		return tildeKeys[d.param]
	}
	return arrowKeys[b]
}
