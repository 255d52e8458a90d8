// Package tree is the mode graph: what modes there are, the one parent of
// each, how their prompts look, and where a typed line is looked for.
//
//	exec ─ configure ─┬─ interface
//	                  ├─ vpdn-group ─┬─ accept-dialin      a line that a mode does not
//	                  │              └─ request-dialin     know is tried in its parents,
//	                  └─ ...                               up to configure
//
// Trying the parents is a rule of the tree, not of the commands: pasted blocks
// and IOS's own running-config rely on it, since they hold no `exit`.
package tree
