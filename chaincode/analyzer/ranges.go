package analyzer

import (
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// maxPage is the most keys that one question to the ledger may give.
const maxPage = 100

var unboundedReads = []string{
	"GetStateByRange", "GetStateByPartialCompositeKey", "GetQueryResult", "GetHistoryForKey",
	"GetPrivateDataByRange", "GetPrivateDataByPartialCompositeKey", "GetPrivateDataQueryResult",
}

// ranges reports reads without bound by whatever way they are named, pages that
// may be larger than maxPage, and iterators that stay open.
func (c *checker) ranges() {
	for id, obj := range c.info.Uses {
		if fn, ok := obj.(*types.Func); ok && slices.Contains(unboundedReads, fn.Name()) && fn.Signature().Recv() != nil {
			c.report(id.Pos(), Range, "%s reads as many keys as there are, which can stop a peer; read a page of at most %d with a paginated query, or know the keys", fn.Name(), maxPage)
		}
	}
	c.boundedResults()
	c.closers()
	for _, f := range c.functions {
		for _, call := range calls(f) {
			fn := calledObject(call.Common())
			if fn == nil {
				continue
			}
			if strings.HasSuffix(fn.Name(), "WithPagination") && strings.HasPrefix(fn.Name(), "Get") {
				c.pageSize(call)
			}
			c.leftOpen(call)
		}
	}
}

func (c *checker) pageSize(call ssa.CallInstruction) {
	args := call.Common().Args
	if _, fixed := args[len(args)-1].(*ssa.Const); !fixed && repeated(call.Block()) && !isParameter(args[len(args)-1]) {
		c.report(call.Pos(), Range, "page after page in one transaction reads everything; let the caller ask for each page")
	}
	for _, a := range call.Common().Args {
		if b, ok := a.Type().Underlying().(*types.Basic); ok && b.Kind() == types.Int32 {
			if !c.bounded(a, call.Block(), map[ssa.Value]bool{}) {
				c.report(call.Pos(), Range, "the size of a page may be more than %d here; make it a constant or check it before", maxPage)
			}
			return
		}
	}
}

func isParameter(v ssa.Value) bool {
	_, ok := v.(*ssa.Parameter)
	return ok
}

// repeated says whether a block can be reached from itself.
func repeated(b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var reach func(from *ssa.BasicBlock) bool
	reach = func(from *ssa.BasicBlock) bool {
		for _, next := range from.Succs {
			if next == b {
				return true
			}
			if !seen[next] {
				seen[next] = true
				if reach(next) {
					return true
				}
			}
		}
		return false
	}
	return reach(b)
}

// boundedResults notes which functions give a number of at most maxPage.
func (c *checker) boundedResults() {
	for _, f := range c.functions {
		fn, ok := f.Object().(*types.Func)
		if !ok || fn.Signature().Results().Len() != 1 {
			continue
		}
		if b, ok := fn.Signature().Results().At(0).Type().Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 {
			continue
		}
		all := true
		for _, b := range f.Blocks {
			if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
				all = all && c.bounded(r.Results[0], b, map[ssa.Value]bool{})
			}
		}
		c.summary(fn).Bounded = all
	}
}

// bounded says whether a number is at most maxPage when a block is reached.
func (c *checker) bounded(v ssa.Value, at *ssa.BasicBlock, seen map[ssa.Value]bool) bool {
	if c.checkedAbove(v, at) {
		return true
	}
	if seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Const:
		return smallEnough(v)
	case *ssa.Convert:
		return c.bounded(v.X, at, seen)
	case *ssa.ChangeType:
		return c.bounded(v.X, at, seen)
	case *ssa.Phi:
		for i, e := range v.Edges {
			from := v.Block().Preds[i]
			if !c.bounded(e, from, seen) && !c.checkedOnEdge(e, from, v.Block()) {
				return false
			}
		}
		return true
	case *ssa.Parameter:
		return c.boundedByCallers(v, seen)
	case *ssa.UnOp:
		return v.Op == token.MUL && c.boundedLoad(v, at, seen)
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "min" {
			return slices.ContainsFunc(v.Call.Args, func(a ssa.Value) bool { return c.bounded(a, at, seen) })
		}
		fn := calledObject(v.Common())
		return fn != nil && c.summaryOf(fn).Bounded
	}
	return false
}

func smallEnough(v *ssa.Const) bool {
	if v.Value == nil {
		return false
	}
	n, exact := constant.Int64Val(constant.ToInt(v.Value))
	return exact && 0 < n && n <= maxPage
}

// boundedByCallers: the parameter of a function that only this package calls is
// what its callers give.
func (c *checker) boundedByCallers(p *ssa.Parameter, seen map[ssa.Value]bool) bool {
	f := p.Parent()
	fn, ok := f.Object().(*types.Func)
	if !ok || fn.Exported() || len(c.callers[f]) == 0 || c.valueUses[fn] {
		return false
	}
	for _, call := range c.callers[f] {
		if !c.bounded(call.Common().Args[slices.Index(f.Params, p)], call.Block(), seen) {
			return false
		}
	}
	return true
}

// boundedLoad: a field is bounded when everything stored there is, or when its
// validate tag says so and the struct was handed to a function that can apply
// it.
func (c *checker) boundedLoad(load *ssa.UnOp, at *ssa.BasicBlock, seen map[ssa.Value]bool) bool {
	field, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	s, ok := field.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
	if !ok || !tagBounds(s.Tag(field.Field)) || field.X.Referrers() == nil {
		return false
	}
	for _, r := range *field.X.Referrers() {
		if m, ok := r.(*ssa.MakeInterface); ok {
			for _, use := range *m.Referrers() {
				if call, ok := use.(*ssa.Call); ok && c.mayCheck(call) && call.Block().Dominates(at) {
					return true
				}
			}
		}
		if call, ok := r.(*ssa.Call); ok && c.mayCheck(call) && call.Block().Dominates(at) {
			return true
		}
	}
	return false
}

// mayCheck says whether a call may apply validate tags: one of ours or of the
// validator, with a result to branch on.
func (c *checker) mayCheck(call *ssa.Call) bool {
	fn := calledObject(call.Common())
	if fn == nil || fn.Pkg() == nil || fn.Signature().Results().Len() == 0 {
		return false
	}
	return strings.HasPrefix(fn.Pkg().Path()+"/", ours) || strings.Contains(fn.Pkg().Path(), "/validator/")
}

func tagBounds(tag string) bool {
	for rule := range strings.SplitSeq(reflect.StructTag(tag).Get("validate"), ",") {
		for _, name := range []string{"max=", "lte="} {
			if text, ok := strings.CutPrefix(rule, name); ok {
				n, err := strconv.Atoi(text)
				return err == nil && n <= maxPage
			}
		}
	}
	return false
}

// checkedAbove says whether a comparison which holds wherever the block is
// reached keeps v within maxPage.
func (c *checker) checkedAbove(v ssa.Value, at *ssa.BasicBlock) bool {
	for b := at; b.Idom() != nil; b = b.Idom() {
		if d := b.Idom(); len(b.Preds) == 1 && b.Preds[0] == d && c.checkedOnEdge(v, d, b) {
			return true
		}
	}
	return false
}

// checkedOnEdge says whether going from one block to the next means that v is
// at most maxPage.
func (c *checker) checkedOnEdge(v ssa.Value, from, to *ssa.BasicBlock) bool {
	branch, ok := from.Instrs[len(from.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	cond, ok := branch.Cond.(*ssa.BinOp)
	if !ok {
		return false
	}
	op, x, y := cond.Op, cond.X, cond.Y
	if _, ok := x.(*ssa.Const); ok {
		x, y = y, x
		op = map[token.Token]token.Token{token.LSS: token.GTR, token.GTR: token.LSS, token.LEQ: token.GEQ, token.GEQ: token.LEQ}[op]
	}
	limit, ok := y.(*ssa.Const)
	if !ok || limit.Value == nil || !same(x, v) {
		return false
	}
	n, exact := constant.Int64Val(constant.ToInt(limit.Value))
	if !exact {
		return false
	}
	if from.Succs[0] == to && from.Succs[1] != to {
		return op == token.LEQ && n <= maxPage || op == token.LSS && n <= maxPage+1 || op == token.EQL && n <= maxPage
	}
	return op == token.GTR && n <= maxPage || op == token.GEQ && n <= maxPage+1
}

// same says whether two values are one number: the same, converted, or loads of
// one field.
func same(a, b ssa.Value) bool {
	a, b = unconverted(a), unconverted(b)
	if a == b {
		return true
	}
	x, ok1 := a.(*ssa.UnOp)
	y, ok2 := b.(*ssa.UnOp)
	if ok1 && ok2 && x.Op == token.MUL && y.Op == token.MUL {
		return sameAddress(x.X, y.X)
	}
	f, ok1 := a.(*ssa.Field)
	g, ok2 := b.(*ssa.Field)
	return ok1 && ok2 && f.Field == g.Field && same(f.X, g.X)
}

func sameAddress(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	f, ok1 := a.(*ssa.FieldAddr)
	g, ok2 := b.(*ssa.FieldAddr)
	return ok1 && ok2 && f.Field == g.Field && (sameAddress(f.X, g.X) || same(f.X, g.X))
}

func unconverted(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.Convert:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		default:
			return v
		}
	}
}
