// Package labs holds the labs that come with the program, so that the bare
// binary can start them.
package labs

import "embed"

// Files holds lab files and what they refer to, in one folder.
//
//go:embed *.yml *.cfg
var Files embed.FS

// Article is the name of the article's lab in Files.
const Article = "article.yml"
