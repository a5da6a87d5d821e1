// Command chaincode is the Fairlead chaincode as a service: one process beside
// each organisation's peer, which alone may call it (mutual TLS). It is told
// where to listen and with which keys by its environment:
//
//	CHAINCODE_ID                   package identifier the peer knows it by
//	CHAINCODE_SERVER_ADDRESS       host:port to listen on
//	CHAINCODE_TLS_KEY_FILE         its TLS key, PEM
//	CHAINCODE_TLS_CERT_FILE        its TLS certificate, PEM
//	CHAINCODE_CLIENT_CA_CERT_FILE  the authority of those who may call, PEM
//
// All are required: it does not serve without TLS.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/fairlead/fairlead/chaincode/contract"
)

func main() { os.Exit(run(os.Getenv, os.Stderr)) }

// run serves until the process is ended or cannot listen, and returns its exit
// code: 2 when the environment is incomplete or wrong, 1 for anything else.
func run(getenv func(string) string, errs io.Writer) int {
	server, err := serverFrom(getenv)
	if err != nil {
		fmt.Fprintf(errs, "chaincode: %v\n", err)
		return 2
	}
	chaincode, err := contract.New()
	if err != nil {
		fmt.Fprintf(errs, "chaincode: assembling the contract: %v\n", err)
		return 1
	}
	server.CC = chaincode
	if err := server.Start(); err != nil {
		fmt.Fprintf(errs, "chaincode: serving on %s: %v\n", server.Address, err)
		return 1
	}
	return 0
}

// serverFrom reads the environment. All that is wrong with it is one error.
func serverFrom(getenv func(string) string) (*shim.ChaincodeServer, error) {
	var problems []error
	value := func(name string) string {
		v := getenv(name)
		if v == "" {
			problems = append(problems, fmt.Errorf("%s is not set", name))
		}
		return v
	}
	content := func(name string) []byte {
		path := value(name)
		if path == "" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
		return text
	}
	server := &shim.ChaincodeServer{
		CCID:    value("CHAINCODE_ID"),
		Address: value("CHAINCODE_SERVER_ADDRESS"),
		TLSProps: shim.TLSProperties{
			Key:           content("CHAINCODE_TLS_KEY_FILE"),
			Cert:          content("CHAINCODE_TLS_CERT_FILE"),
			ClientCACerts: content("CHAINCODE_CLIENT_CA_CERT_FILE"),
		},
	}
	return server, errors.Join(problems...)
}
