package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnIncompleteEnvironmentIsRefusedWhole(t *testing.T) {
	var said bytes.Buffer
	if code := run(func(string) string { return "" }, &said); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	for _, name := range []string{
		"CHAINCODE_ID", "CHAINCODE_SERVER_ADDRESS", "CHAINCODE_TLS_KEY_FILE",
		"CHAINCODE_TLS_CERT_FILE", "CHAINCODE_CLIENT_CA_CERT_FILE",
	} {
		if !strings.Contains(said.String(), name+" is not set") {
			t.Errorf("nothing is said of %s: %s", name, said.String())
		}
	}
}

func TestTheEnvironmentIsRead(t *testing.T) {
	pem := filepath.Join(t.TempDir(), "some.pem")
	if err := os.WriteFile(pem, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"CHAINCODE_ID": "fairlead_1:00", "CHAINCODE_SERVER_ADDRESS": "127.0.0.1:1",
		"CHAINCODE_TLS_KEY_FILE": pem, "CHAINCODE_TLS_CERT_FILE": pem, "CHAINCODE_CLIENT_CA_CERT_FILE": pem,
	}
	server, err := serverFrom(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	if server.CCID != "fairlead_1:00" || server.Address != "127.0.0.1:1" || server.TLSProps.Disabled ||
		string(server.TLSProps.Key) != "text" || string(server.TLSProps.ClientCACerts) != "text" {
		t.Errorf("read as %+v", server)
	}
	env["CHAINCODE_TLS_KEY_FILE"] = pem + ".missing"
	if _, err := serverFrom(func(name string) string { return env[name] }); err == nil {
		t.Error("a missing key file is no error")
	}
}
