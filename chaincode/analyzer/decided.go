package analyzer

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// decided makes one word of a few, chosen by comparing a private value, tell of
// that value. Whether there is any may be told.
func (t *tracker) decided(choice *ssa.Phi) {
	if !isText(choice.Type()) {
		return
	}
	for _, e := range choice.Edges {
		if !isFixed(e) {
			return
		}
	}
	begin := choice.Block().Idom()
	for _, b := range choice.Block().Preds {
		for ; b != nil; b = b.Idom() {
			if last, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
				t.add(choice, whole, t.compared(last.Cond))
			}
			if b == begin {
				break
			}
		}
	}
}

// compared gives the origins of what a condition compares.
func (t *tracker) compared(cond ssa.Value) origins {
	c, ok := cond.(*ssa.BinOp)
	if !ok {
		return nil
	}
	found := origins{}
	for _, side := range []ssa.Value{c.X, c.Y} {
		if fixed, ok := side.(*ssa.Const); ok && fixed.IsNil() {
			return nil
		}
		for o, way := range t.all(side).closed().each {
			found.keep(o, way)
		}
	}
	return found
}

func isText(of types.Type) bool {
	switch u := of.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

// isFixed says whether a value is written in the source.
func isFixed(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.Convert:
		return isFixed(v.X)
	case *ssa.Phi:
		return true // judged by itself
	}
	return false
}
