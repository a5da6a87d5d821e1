package analyzer

import (
	"go/types"
	"strings"
)

// summary is what callers must know of a function; it goes along with the
// package to those that import it. Parameters count from 0, the receiver first.
type summary struct {
	Mutates     []int // parameters whose target it writes to
	GivesGlobal bool  // its result is what a package variable holds
	Decodes     []int // type parameters into which JSON is decoded
	DecodesInto []int // parameters into which JSON is decoded
	Unordered   bool  // its result is a list in the order of a map
	Sorts       []int // parameters that it sorts before any other use
	Bounded     bool  // its result is at most maxPage
	Opens       bool  // it gives an open iterator
	Closes      []int // parameters that it closes
	Flow        flow  // where private values go
}

func (*summary) AFact()           {}
func (s *summary) String() string { return "summary" }

func (s *summary) empty() bool {
	return s.Mutates == nil && !s.GivesGlobal && s.Decodes == nil && s.DecodesInto == nil && !s.Unordered && s.Sorts == nil && !s.Bounded && !s.Opens && s.Closes == nil && s.Flow.empty()
}

// summary gives the one of a function of this package, to be filled.
func (c *checker) summary(fn *types.Func) *summary {
	s := c.summaries[fn]
	if s == nil {
		s = new(summary)
		c.summaries[fn] = s
	}
	return s
}

// summaryOf gives what is known of any function.
func (c *checker) summaryOf(fn *types.Func) *summary {
	if fn == nil || fn.Pkg() == nil {
		return new(summary)
	}
	if fn.Pkg() == c.pass.Pkg {
		return c.summary(fn)
	}
	s := new(summary)
	c.pass.ImportObjectFact(fn, s)
	return s
}

func (c *checker) exportSummaries() {
	for fn, s := range c.summaries {
		if !s.empty() && c.decls[fn] != nil {
			c.pass.ExportObjectFact(fn, s)
		}
	}
}

// implementations gives the methods of this package, and of those of ours that
// it imports, which a call of an interface's method may run.
func (c *checker) implementations(fn *types.Func) []*types.Func {
	iface, ok := fn.Signature().Recv().Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var found []*types.Func
	for _, p := range append([]*types.Package{c.pass.Pkg}, c.pass.Pkg.Imports()...) {
		if !strings.HasPrefix(p.Path()+"/", ours) {
			continue
		}
		for _, name := range p.Scope().Names() {
			named, ok := p.Scope().Lookup(name).(*types.TypeName)
			if !ok || types.IsInterface(named.Type()) || !types.Implements(types.NewPointer(named.Type()), iface) {
				continue
			}
			if m, _, _ := types.LookupFieldOrMethod(named.Type(), true, fn.Pkg(), fn.Name()); m != nil {
				if f, ok := m.(*types.Func); ok {
					found = append(found, f.Origin())
				}
			}
		}
	}
	return found
}
