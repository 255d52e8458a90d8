// Package grammar turns declarations of IOS lines into a parser, its help and a
// printer. A declaration is a pattern that looks like the Cisco manual.
//
//	patterns ─New─► Tree ─Match────► Result: command, args | error kind, column
//	                  ├──Help─────► what `?` lists
//	                  └──Complete─► what Tab fills in
//	pattern + struct ─Bind─► Binding: Args ─Apply─► field,  field ─Lines─► text
//
// # The pattern language
//
//	ip mtu (68-1500)$MTU            keywords, a number in a range, bound to a name
//	encr(yption)                    keyword encryption, shown as encr
//	<auto|half|full>$Duplex         exactly one; the name gets the text chosen
//	[in|out]                        none or one
//	{log|fragments}                 any of them, each once, in any order
//	WORD$List...                    one or more
//	WORD$Name!                      part of the line's identity: needed after `no`
//	[<0|7>$Type]+                   shown although its value is zero
//	[host]-                         accepted, never shown
//	line <con(sole)|vty>$Kind       a name gets the shown spelling: con
//	shutdown$Shutdown               a keyword that is bound is a flag
//
// Argument types: WORD, LINE (rest of the line), A.B.C.D, MASK, H.H.H, HEX, HOST,
// TIME, IFNAME (an interface name in one word or two), (lo-hi), and what
// Register and NumberNames add. A name that holds dots (`Password.Type`) reaches
// into nested structs when bound; handlers just use it as a key.
//
// # Use by EXEC commands
//
//	tree := grammar.MustTree(
//	    &grammar.Command{Pattern: "show users [all$All]", Help: "Show running system information|Display information about terminal lines|Include information about inactive ports", Level: 1, Data: showUsers},
//	    &grammar.Command{Pattern: "ping HOST$Target [repeat (1-2147483647)$Count]", Data: ping},
//	)
//	r := tree.Match("sh us", grammar.Options{Level: 15})
//	switch r.Kind {
//	case grammar.Matched:    r.Command.Data.(handler)(r.Args)   // r.Args.Text("Target"), r.Args.Int("Count")
//	case grammar.Invalid:    // caret at prompt width + r.Column
//	case grammar.Incomplete, grammar.Ambiguous, grammar.Empty:
//	}
//
// A Tree is built once and is read-only: all routers of a process share it.
//
// # The rules of matching
//
// A word is compared with all the keywords that may stand in its place; a whole
// keyword wins, else a prefix of exactly one; a prefix of several is ambiguous.
// Only a word that is no prefix of a keyword is tried as an argument. Invalid's
// column is where the word stops being a prefix of anything acceptable.
package grammar
