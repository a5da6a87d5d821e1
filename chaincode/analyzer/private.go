package analyzer

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// isSource gives the origins of what a method of the stub answers, nil for
// others.
func isSource(fn *types.Func) origins {
	if fn.Signature().Recv() == nil {
		return nil
	}
	switch fn.Name() {
	case "GetTransient", "GetPrivateData", "GetMultiplePrivateData", "GetPrivateDataByRange", "GetPrivateDataByPartialCompositeKey", "GetPrivateDataQueryResult":
		return origins{{From: fromPrivate}: ""}
	case "GetArgs", "GetStringArgs", "GetFunctionAndParameters", "GetArgsSlice":
		return origins{{From: fromArgument}: ""}
	}
	return nil
}

// sinkOf tells what reads a function's arguments, from the numbered one on; ""
// for functions whose arguments stay here.
func sinkOf(fn *types.Func) (into sink, from int) {
	if fn.Pkg() == nil {
		return "", 0
	}
	path, name := fn.Pkg().Path(), fn.Name()
	method := fn.Signature().Recv() != nil
	switch {
	case method && (name == "PutState" || name == "SetStateValidationParameter" || name == "DelState"):
		return inState, 1
	case method && name == "SetEvent":
		return inEvent, 1
	case strings.HasSuffix(path, "fabric-chaincode-go/v2/shim") && name == "Error":
		return inError, 0
	case strings.HasSuffix(path, "fabric-chaincode-go/v2/shim") && name == "Success":
		return inResult, 0
	case path == "errors" && name == "New", path == "fmt" && name == "Errorf":
		return inError, 0
	case path == "fmt" && strings.HasPrefix(name, "Print"), path == "log" && !method:
		return inLog, 0
	case (path == "log" || path == "log/slog") && method && strings.HasSuffix(fn.Signature().Recv().Type().String(), "Logger"):
		return inLog, 1
	case path == "log/slog" && slices.Contains([]string{"Debug", "Info", "Warn", "Error", "DebugContext", "InfoContext", "WarnContext", "ErrorContext", "Log", "LogAttrs", "With"}, name):
		return inLog, 0
	}
	return "", 0
}

// told gives what a call tells of its arguments: all, but for operands of which
// a constant format shows only the type.
func told(fn *types.Func, args []ssa.Value) []ssa.Value {
	if len(args) != 2 || !strings.HasSuffix(fn.Name(), "f") {
		return args
	}
	format, ok := args[0].(*ssa.Const)
	operands := spread(args[1])
	if !ok || format.Value == nil || format.Value.Kind() != constant.String || operands == nil {
		return args
	}
	var found []ssa.Value
	for i, verb := range verbs(constant.StringVal(format.Value)) {
		if i < len(operands) && operands[i] != nil && verb != 'T' {
			found = append(found, operands[i])
		}
	}
	return found
}

// spread gives the operands that a call lists for a variadic parameter, nil
// when it hands on a slice.
func spread(v ssa.Value) []ssa.Value {
	slice, ok := v.(*ssa.Slice)
	if !ok {
		return nil
	}
	array, ok := slice.X.(*ssa.Alloc)
	if !ok || array.Comment != "varargs" {
		return nil
	}
	operands := make([]ssa.Value, array.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len())
	for _, r := range *array.Referrers() {
		element, ok := r.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, s := range *element.Referrers() {
			if s, ok := s.(*ssa.Store); ok {
				operands[element.Index.(*ssa.Const).Int64()] = s.Val
			}
		}
	}
	return operands
}

// quoting are packages whose errors repeat what they could not read.
var quoting = []string{
	"strconv", "time", "net", "net/url", "net/netip", "encoding/json", "encoding/xml", "encoding/hex", "encoding/csv", "math/big", "regexp", "mime", "fmt",
}

// otherCall: what a function of another module is given gets into its results
// and, if it is one that writes to an argument, there. Hashes give nothing away.
func (t *tracker) otherCall(call ssa.CallInstruction, fn *types.Func, args []ssa.Value) {
	path := fn.Pkg().Path()
	if strings.HasPrefix(path, "crypto/") || path == "hash" || strings.HasPrefix(path, "hash/") {
		return
	}
	if isStub(fn) && fn.Name() != "CreateCompositeKey" && fn.Name() != "SplitCompositeKey" {
		return
	}
	if fn.FullName() == "errors.As" {
		t.errorAs(args[0], args[1])
		return
	}
	for _, n := range t.written(call) {
		for i, a := range args {
			if n < len(args) && i != n {
				t.store(args[n], whole, t.all(a), 0)
			}
		}
	}
	if m := fn.Name(); (m == "Decode" || m == "Unmarshal") && fn.Signature().Recv() != nil && len(args) == 2 {
		t.store(args[1], whole, t.all(args[0]), 0)
	}
	t.passOn(call, fn, args)
}

// errorAs: only an error of ours can be found as one of our types.
func (t *tracker) errorAs(err, into ssa.Value) {
	if m, ok := into.(*ssa.MakeInterface); ok {
		into = m.X
	}
	target := into.Type()
	if p, ok := target.Underlying().(*types.Pointer); ok {
		target = p.Elem()
	}
	mine := strings.HasPrefix(typePackage(target)+"/", ours)
	for field, set := range t.parts(err) {
		found := origins{}
		for o, way := range set.each {
			if !o.Theirs || !mine {
				found[o] = way
			}
		}
		t.store(into, field, found, 0)
	}
}

func isStub(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && strings.HasSuffix(recv.Type().String(), "ChaincodeStubInterface")
}

// passOn: a call's results come from all of its arguments, its error only where
// it quotes them.
func (t *tracker) passOn(call ssa.CallInstruction, fn *types.Func, args []ssa.Value) {
	value := call.Value()
	if value == nil {
		return
	}
	rs := fn.Signature().Results()
	for n := range rs.Len() {
		if isError(rs.At(n).Type()) && (!slices.Contains(quoting, fn.Pkg().Path()) || fn.Name() == "Errorf" || strings.HasPrefix(fn.Name(), "Marshal")) {
			continue
		}
		for _, a := range args {
			t.setResult(value, n, whole, t.all(a).within(isError(rs.At(n).Type())))
		}
	}
}
