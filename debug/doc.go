// Package debug holds no code. debug/format words the engines' events as IOS
// words them; debug/logging stamps and routes the lines. The name shadows the
// standard library's, so nothing may ever be imported from here.
package debug
