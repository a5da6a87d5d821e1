// Command ccvet runs the chaincode's analyzer:
//
//	go run ./chaincode/analyzer/cmd/ccvet ./chaincode/provenance ./chaincode/contract
//
// It ends with 0 when there is nothing to report, 3 when there is. Tests may do
// what a transaction may not, and are left out unless -test is given.
package main

import (
	"os"
	"slices"

	"golang.org/x/tools/go/analysis/singlechecker"

	"github.com/fairlead/fairlead/chaincode/analyzer"
)

func main() {
	os.Args = slices.Insert(os.Args, 1, "-test=false") // what follows may say otherwise
	singlechecker.Main(analyzer.Analyzer)
}
