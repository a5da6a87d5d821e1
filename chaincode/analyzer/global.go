package analyzer

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

const globalRemedy = "a peer keeps it from one transaction to the next, and each peer has run others: keep it in a local variable or on the ledger"

// globals reports writes to what outlives a transaction: package variables and
// what they lead to, variables kept by a closure of the package, fields of the
// contract. Initialisation may write.
func (c *checker) globals() {
	for changed := true; changed; {
		changed = false
		for _, f := range c.functions {
			changed = c.noteWrites(f) || changed
		}
	}
	for _, f := range c.functions {
		if c.initialises(f) {
			continue
		}
		for _, w := range c.writes(f) {
			for _, root := range c.roots(w.to, nil) {
				if what := c.outlives(f, root); what != "" {
					c.report(instructionPos(w.at), Global, "%s changes %s; %s", w.how, what, globalRemedy)
				}
			}
		}
	}
}

// outlives names a root that outlives a transaction, "" for others.
func (c *checker) outlives(f *ssa.Function, root ssa.Value) string {
	switch root := root.(type) {
	case *ssa.Global:
		if strings.HasPrefix(root.Name(), "init$") {
			return ""
		}
		return "the package variable " + root.Name()
	case *ssa.Alloc:
		if root.Parent() != f && c.initialises(root.Parent()) {
			return "the variable " + root.Comment + ", which a function of the package keeps"
		}
	case *ssa.Call:
		return "what " + calledObject(root.Common()).Name() + " keeps"
	case *ssa.Parameter:
		if isContract(root) && f.Signature.Recv() != nil && f.Params[0] == root {
			return "a field of the contract"
		}
	}
	return ""
}

// isContract says whether a parameter is a pointer to a type which embeds the
// contract API's Contract.
func isContract(p *ssa.Parameter) bool {
	ptr, ok := p.Type().Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	s, ok := ptr.Elem().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range s.NumFields() {
		if f := s.Field(i); f.Embedded() && f.Name() == "Contract" && strings.HasSuffix(typePackage(f.Type()), "/contractapi") {
			return true
		}
	}
	return false
}

func typePackage(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		return n.Obj().Pkg().Path()
	}
	return ""
}

// noteWrites records which parameters a function writes through and whether it
// gives what a package variable holds. It reports whether that is news.
func (c *checker) noteWrites(f *ssa.Function) bool {
	fn, ok := f.Object().(*types.Func)
	if !ok {
		return false
	}
	s := c.summary(fn)
	before, gave := len(s.Mutates), s.GivesGlobal
	for _, w := range c.writes(f) {
		for _, root := range c.roots(w.to, nil) {
			if p, ok := root.(*ssa.Parameter); ok && p.Parent() == f {
				if i := slices.Index(f.Params, p); !slices.Contains(s.Mutates, i) {
					s.Mutates = append(s.Mutates, i)
				}
			}
		}
	}
	for _, result := range results(f) {
		for _, root := range c.roots(result, nil) {
			if _, ok := root.(*ssa.Global); ok && isReference(result.Type()) {
				s.GivesGlobal = true
			}
		}
	}
	return len(s.Mutates) != before || s.GivesGlobal != gave
}

func results(f *ssa.Function) []ssa.Value {
	var found []ssa.Value
	for _, b := range f.Blocks {
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			found = append(found, r.Results...)
		}
	}
	return found
}

// write is one place where a function changes what a value leads to.
type write struct {
	at  ssa.Instruction
	to  ssa.Value
	how string
}

func (c *checker) writes(f *ssa.Function) []write {
	var found []write
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.Store:
				found = append(found, write{i, i.Addr, "this assignment"})
			case *ssa.MapUpdate:
				found = append(found, write{i, i.Map, "this assignment"})
			case *ssa.Send:
				found = append(found, write{i, i.Chan, "sending"})
			case *ssa.MakeClosure: // a method as a value: its receiver is bound
				if m, ok := i.Fn.(*ssa.Function).Object().(*types.Func); ok && slices.Contains(c.summaryOf(m.Origin()).Mutates, 0) {
					found = append(found, write{i, i.Bindings[0], "this method"})
				}
			case ssa.CallInstruction:
				for _, n := range c.written(i) {
					if args := arguments(i.Common()); n < len(args) {
						found = append(found, write{i, args[n], "this call"})
					}
				}
			}
		}
	}
	return found
}

// arguments gives a call's arguments, the receiver first.
func arguments(call *ssa.CallCommon) []ssa.Value {
	if call.IsInvoke() {
		return append([]ssa.Value{call.Value}, call.Args...)
	}
	if m, ok := call.Value.(*ssa.MakeClosure); ok && len(m.Bindings) == 1 && m.Fn.(*ssa.Function).Object() != nil {
		return append([]ssa.Value{m.Bindings[0]}, call.Args...) // a method as a value
	}
	return call.Args
}

// writers are functions of the standard library which write to an argument.
var writers = map[string]int{
	"maps.Copy": 0, "maps.DeleteFunc": 0, "maps.Insert": 0,
	"slices.Sort": 0, "slices.SortFunc": 0, "slices.SortStableFunc": 0, "slices.Reverse": 0, "slices.Delete": 0, "slices.DeleteFunc": 0,
	"slices.Compact": 0, "slices.CompactFunc": 0, "slices.Insert": 0, "slices.Replace": 0,
	"sort.Sort": 0, "sort.Stable": 0, "sort.Slice": 0, "sort.SliceStable": 0, "sort.Strings": 0, "sort.Ints": 0, "sort.Float64s": 0,
	"container/heap.Init": 0, "container/heap.Push": 0, "container/heap.Pop": 0, "container/heap.Fix": 0, "container/heap.Remove": 0,
	"encoding/json.Unmarshal": 1, "encoding/xml.Unmarshal": 1, "errors.As": 1, "io.ReadFull": 1, "io.Copy": 0,
	"fmt.Fprintf": 0, "fmt.Fprint": 0, "fmt.Fprintln": 0, "fmt.Sscanf": 2, "fmt.Sscan": 1, "io.WriteString": 0,
	"encoding/hex.Encode": 0, "encoding/hex.Decode": 0,
}

// writingMethods begin the names of methods which change their receiver, for
// types outside this module.
var writingMethods = []string{
	"Write", "Set", "Add", "Sub", "Mul", "Push", "Pop", "Reset", "Store", "Delete", "Insert", "Remove", "Grow", "Truncate", "Read",
	"Next", "Encode", "Decode", "Swap", "Init", "Move", "Scan", "Unmarshal", "Clear", "Merge", "Exp", "Neg", "Quo", "Div", "Mod", "Put",
}

// written gives the arguments that a call writes to.
func (c *checker) written(call ssa.CallInstruction) []int {
	common := call.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "delete", "clear", "copy":
			return []int{0}
		}
		return nil
	}
	fn := calledObject(common)
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	if strings.HasPrefix(fn.Pkg().Path()+"/", ours) {
		if !common.IsInvoke() {
			return c.summaryOf(fn).Mutates
		}
		var found []int
		for _, m := range c.implementations(fn) {
			found = append(found, c.summaryOf(m).Mutates...)
		}
		return found
	}
	if i, ok := writers[fn.FullName()]; ok {
		return []int{i}
	}
	recv := fn.Signature().Recv()
	if strings.HasPrefix(fn.Pkg().Path(), "encoding/base") {
		return nil // an encoding is a table
	}
	if recv == nil || !slices.ContainsFunc(writingMethods, func(p string) bool { return strings.HasPrefix(fn.Name(), p) }) {
		return nil
	}
	_, pointer := recv.Type().Underlying().(*types.Pointer)
	_, iface := recv.Type().Underlying().(*types.Interface)
	_, table := recv.Type().Underlying().(*types.Map)
	if pointer || iface || table {
		return []int{0}
	}
	return nil
}

// initialises says whether a function runs only while the package is set up, or
// once on first use by way of sync.Once and its kin.
func (c *checker) initialises(f *ssa.Function) bool {
	if known, ok := c.setup[f]; ok {
		return known
	}
	c.setup[f] = false // while it is being found out
	c.setup[f] = c.findInitialises(f)
	return c.setup[f]
}

func (c *checker) findInitialises(f *ssa.Function) bool {
	if f.Name() == "init" || strings.HasPrefix(f.Name(), "init#") {
		return f.Signature.Recv() == nil
	}
	if f.Parent() != nil {
		return c.literalInitialises(f)
	}
	if fn, ok := f.Object().(*types.Func); !ok || fn.Exported() || len(c.callers[f]) == 0 || c.valueUses[fn] {
		return false
	}
	for _, call := range c.callers[f] {
		if !c.initialises(call.Parent()) {
			return false
		}
	}
	return true
}

// literalInitialises: a literal does when it is called where it stands in such
// a function, or given to sync.Once.
func (c *checker) literalInitialises(f *ssa.Function) bool {
	found := false
	for _, call := range calls(f.Parent()) {
		common := call.Common()
		if literal(common.Value) == f && c.initialises(f.Parent()) {
			found = true
		}
		fn := calledObject(common)
		for _, a := range common.Args {
			if literal(a) == f {
				if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "sync" {
					return false
				}
				found = true
			}
		}
	}
	return found
}

func literal(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	}
	return nil
}
