package web

import "strings"

// module is one file of a page's program. The page names its hash, and the
// policy lets nothing else run.
type module struct{ Path, Integrity string }

// program is the modules of a folder, in the order in which they are named.
func program(folder string, names ...string) []module {
	var all []module
	for _, name := range names {
		path := folder + name + ".mjs"
		text, err := files.ReadFile(embedded(path)) // whole: the hash is of what is served
		if err != nil {
			panic(err) // the file is embedded
		}
		all = append(all, module{path, hashOf(string(text))})
	}
	return all
}

// embedded is where the file lies that is served under a path.
func embedded(path string) string { return strings.TrimPrefix(path, "/") }

// moduleOf is the file of a program that is served under a path, nil when none is.
func moduleOf(modules []module, path string) []byte {
	for _, m := range modules {
		if m.Path == path {
			text, _ := files.ReadFile(embedded(path)) // it was read when the program was
			return text
		}
	}
	return nil
}

// withProgram is Policy with a style and a program by their hashes.
func withProgram(style string, modules []module) string {
	var hashes []string
	for _, m := range modules {
		hashes = append(hashes, "'"+m.Integrity+"'")
	}
	styled := strings.Replace(Policy, "style-src ", "style-src '"+hashOf(style)+"' ", 1)
	return strings.Replace(styled, "; form-action", "; script-src "+strings.Join(hashes, " ")+"; connect-src 'self'; form-action", 1)
}
