package ppp

import (
	"fmt"
	"strings"
	"testing"
)

// rfcTable is the state transition table as RFC 1661, 4.1 prints it. The notes
// are those of the RFC: p passive, r restart, x crossed connection.
const rfcTable = `
Up    | 2        irc,scr/6  -        -              -      -      | -         -          -          -
Down  | -        -          0        tls/1          0      1      | 1         1          1          tld/1
Open  | tls/1    1          irc,scr/6 3r            5r     5r     | 6         7          8          9r
Close | 0        tlf/0      2        2              4      4      | irc,str/4 irc,str/4  irc,str/4  tld,irc,str/4
TO+   | -        -          -        -              str/4  str/5  | scr/6     scr/6      scr/8      -
TO-   | -        -          -        -              tlf/2  tlf/3  | tlf/3p    tlf/3p     tlf/3p     -
RCR+  | -        -          sta/2    irc,scr,sca/8  4      5      | sca/8     sca,tlu/9  sca/8      tld,scr,sca/8
RCR-  | -        -          sta/2    irc,scr,scn/6  4      5      | scn/6     scn/7      scn/6      tld,scr,scn/6
RCA   | -        -          sta/2    sta/3          4      5      | irc/7     scr/6x     irc,tlu/9  tld,scr/6x
RCN   | -        -          sta/2    sta/3          4      5      | irc,scr/6 scr/6x     irc,scr/8  tld,scr/6x
RTR   | -        -          sta/2    sta/3          sta/4  sta/5  | sta/6     sta/6      sta/6      tld,zrc,sta/5
RTA   | -        -          2        3              tlf/2  tlf/3  | 6         6          8          tld,scr/6
RUC   | -        -          scj/2    scj/3          scj/4  scj/5  | scj/6     scj/7      scj/8      scj/9
RXJ+  | -        -          2        3              4      5      | 6         6          8          9
RXJ-  | -        -          tlf/2    tlf/3          tlf/2  tlf/3  | tlf/3     tlf/3      tlf/3      tld,irc,str/5
RXR   | -        -          2        3              4      5      | 6         7          8          ser/9
`

var actionNames = map[action]string{tlu: "tlu", tld: "tld", tls: "tls", tlf: "tlf", irc: "irc", zrc: "zrc",
	scr: "scr", sca: "sca", scn: "scn", str: "str", sta: "sta", scj: "scj", ser: "ser"}

func (c *cell) String() string {
	if c.impossible {
		return "-"
	}
	var names []string
	for _, a := range c.do {
		names = append(names, actionNames[a])
	}
	if names == nil {
		return fmt.Sprint(uint8(c.next))
	}
	return fmt.Sprintf("%s/%d", strings.Join(names, ","), c.next)
}

func TestTableIsThatOfRFC1661(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(rfcTable), "\n")
	if len(rows) != int(triggers) {
		t.Fatal(len(rows), "rows")
	}
	for i, row := range rows {
		f := strings.Fields(strings.ReplaceAll(row, "|", " "))
		if f[0] != Trigger(i).String() || len(f) != 1+int(states) {
			t.Fatalf("row %d is %q", i, row)
		}
		for s := range states {
			want := strings.TrimRight(f[1+s], "prx")
			if got := table[i][s].String(); got != want {
				t.Errorf("%s in %v: %s, the RFC says %s", f[0], s, got, want)
			}
		}
	}
}
