package exec

import (
	"strconv"
	"strings"
	"time"

	"ioslab/debug/logging"
	"ioslab/parser/grammar"
)

var clockCommands = []*grammar.Command{
	command(15, "clock set WORD$Time (1-31)$Day WORD$Month (1993-2035)$Year", "Manage the system clock|Set the time and date|Current time|Day of the month|Month of the year|Year", clockSet),
	command(15, "clock set WORD$Time WORD$Month (1-31)$Day (1993-2035)$Year", "||Current time|Month of the year|Day of the month|Year", clockSet),
	command(1, "show clock [detail$Detail]", "|Display the system clock|Display detailed information", showClock),
}

func showClock(c *call) {
	w := c.dev.Logger().Clock()
	c.print(w.Show(c.now) + "\n")
	if c.args.Has("Detail") {
		c.print(w.Source().String() + "\n")
	}
}

func clockSet(c *call) {
	hour, minute, second, ok := timeOfDay(c.args.Text("Time"))
	month := monthOf(c.args.Text("Month"))
	day, year := c.args.Int("Day"), c.args.Int("Year")
	t := time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	if !ok || month == 0 || t.Day() != day {
		c.invalid("Time")
		return
	}
	w := c.dev.Logger().Clock()
	old := w.Local(c.now)
	w.SetLocal(c.now, t, logging.ByUser)
	c.dev.Logger().Log(c.now, logging.ClockUpdated(old, w.Local(c.now), c.who()))
}

// timeOfDay reads hh:mm:ss.
func timeOfDay(s string) (hour, minute, second int, ok bool) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 || v > [3]int{23, 59, 59}[i] {
			return 0, 0, 0, false
		}
		n[i] = v
	}
	return n[0], n[1], n[2], true
}

// monthOf reads a month's name or its beginning, three letters at least.
func monthOf(s string) time.Month {
	for m := time.January; m <= time.December; m++ {
		if len(s) >= 3 && isPrefix(strings.ToLower(s), strings.ToLower(m.String())) {
			return m
		}
	}
	return 0
}
