package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/spf13/cobra"
)

// Config is the settings, each by its flag, else by FAIRLEAD_ and its name in
// the environment, else its default. None is a secret.
type Config struct {
	Server    string `flag:"server" validate:"required,http_url"`                                  // gateway that commands speak to
	KeyFile   string `flag:"key-file" validate:"omitempty,filepath"`                               // file of a machine's key for it
	Present   string `flag:"present" validate:"omitempty,printascii,max=100"`                      // author whose certificate is shown to it
	ServerCA  string `flag:"server-ca" validate:"omitempty,filepath"`                              // file of who may certify it
	Staff     string `flag:"staff" validate:"omitempty,filepath"`                                  // file of who lets brands' staff in
	Workers   string `flag:"workers-server" validate:"required,http_url"`                          // gateway of Workers, for what they alone hold
	Network   string `flag:"network" validate:"omitempty,filepath"`                                // path of network.json
	ReadAs    string `flag:"read-as" validate:"omitempty,oneof=Brands Auditors Workers Oversight"` // whose gateway serve is
	Listen    string `flag:"listen" validate:"required,tcp_addr"`                                  // host:port that serve listens on; port 0 takes a free one
	TLSCert   string `flag:"tls-cert" validate:"omitempty,filepath"`                               // files of serve's certificate
	TLSKey    string `flag:"tls-key" validate:"omitempty,filepath"`                                // and its key
	BaseURL   string `flag:"base-url" validate:"omitempty,http_url"`                               // what QR codes lead to; the address listened on when empty
	Data      string `flag:"data" validate:"omitempty,filepath|dir"`                               // folder of the read model
	LeaveTo   string `flag:"leave-to" validate:"required,http_url"`                                // where the worker's page leads whoever has to leave
	Letterbox string `flag:"letterbox" validate:"omitempty,filepath|dir"`                          // folder between Workers' gateway and a union's staff
	Desk      string `flag:"desk" validate:"omitempty,filepath|dir"`                               // folder of what a union's staff keep
	DeskKey   string `flag:"desk-key" validate:"omitempty,filepath"`                               // file of the key that it is encrypted with
	Authors   string `flag:"authors" validate:"omitempty,filepath|dir"`                            // folder of authors' certificates and keys
	PINFile   string `flag:"pin-file" validate:"omitempty"`                                        // file of the PIN of a token
	Netctl    string `flag:"netctl" validate:"required,filepath"`                                  // program that enrols members
	Channel   string `flag:"channel" validate:"required,printascii,max=100"`                       // channel that authors sign for
	Chaincode string `flag:"chaincode" validate:"required,printascii,max=64"`                      // and the chaincode

	home, dataHome, configHome string

	opened []io.Closer // until the command ends
}

var settings = []struct{ flag, env, fallback, about, remedy string }{
	{"server", "FAIRLEAD_SERVER", "http://127.0.0.1:8480", "gateway to speak to", "write an address such as http://127.0.0.1:8480"},
	{"key-file", "FAIRLEAD_KEY_FILE", "", "file of a machine's key to ask the gateway with, in place of a session", "write the path of the file that fairlead key new wrote"},
	{"present", "FAIRLEAD_PRESENT", "", "author whose certificate a gateway over TLS is shown, in place of signing in, such as Auditors/north", "write ORG/NAME"},
	{"server-ca", "FAIRLEAD_SERVER_CA", "", "file of who may certify the gateway (default: this system's roots)", "write the path of a file of certificates, PEM"},
	{"staff", "FAIRLEAD_STAFF", "", "file of the OpenID provider that lets brands' staff in at serve", "write the path of a file; gateway/staff/README.md says what is in it"},
	{"workers-server", "FAIRLEAD_WORKERS_SERVER", "http://127.0.0.1:8481", "gateway of Workers, for inquiries and grievances", "write an address such as http://127.0.0.1:8481"},
	{"network", "FAIRLEAD_NETWORK", "", "path of network.json", "write the path of the network.json that netctl up names"},
	{"read-as", "FAIRLEAD_READ_AS", "", "organisation whose gateway serve is (default: the network's reader)", "write Brands, Auditors, Workers or Oversight, which run a peer"},
	{"listen", "FAIRLEAD_LISTEN", "127.0.0.1:8480", "host:port to serve on; port 0 takes a free one", "write a host and a port such as 127.0.0.1:8480"},
	{"tls-cert", "FAIRLEAD_TLS_CERT", "", "file of the certificate that serve speaks TLS with; members may then present theirs", "write the path of a file, PEM"},
	{"tls-key", "FAIRLEAD_TLS_KEY", "", "file of its key", "write the path of a file, PEM"},
	{"base-url", "FAIRLEAD_BASE_URL", "", "address that QR codes lead to (default: the one served on)", "write an address such as https://fairlead.example"},
	{"data", "FAIRLEAD_DATA", "", "folder of the read model (default $XDG_DATA_HOME/fairlead/gateway and one folder a network)", "write the path of a folder"},
	{"leave-to", "FAIRLEAD_LEAVE_TO", "https://www.wikipedia.org/", "where the worker's page leads whoever has to leave it at once", "write an address that draws no attention"},
	{"letterbox", "FAIRLEAD_LETTERBOX", "", "folder where Workers' gateway leaves answers for a union's staff (default $XDG_DATA_HOME/fairlead/workers and one folder a network)", "write the path of a folder"},
	{"desk", "FAIRLEAD_DESK", "", "folder of what a union's staff keep (default $XDG_DATA_HOME/fairlead/workers and one folder a network)", "write the path of a folder"},
	{"desk-key", "FAIRLEAD_DESK_KEY", "", "file of the key that it is encrypted with (default $XDG_CONFIG_HOME/fairlead/desk and one file a network)", "write the path of a file, such as one on a stick"},
	{"authors", "FAIRLEAD_AUTHORS", "", "folder of authors' certificates and keys (default $XDG_CONFIG_HOME/fairlead/authors)", "write the path of a folder"},
	{"pin-file", "FAIRLEAD_PIN_FILE", "", "file of the PIN of an author's token, such as /dev/fd/3 (default: the terminal is asked)", "write the path of a file"},
	{"netctl", "FAIRLEAD_NETCTL", "netctl", "program that enrols members", "write the path of the netctl program"},
	{"channel", "FAIRLEAD_CHANNEL", "labour", "channel that authors sign for", "write the channel's name"},
	{"chaincode", "FAIRLEAD_CHAINCODE", "fairlead", "chaincode that authors sign for", "write the chaincode's name"},
}

func configFrom(env func(string) string) Config {
	c := Config{home: env("HOME"), dataHome: env("XDG_DATA_HOME"), configHome: env("XDG_CONFIG_HOME")}
	for _, s := range settings {
		value := env(s.env)
		if value == "" {
			value = s.fallback
		}
		*c.field(s.flag) = value
	}
	return c
}

// field is where a setting is kept.
func (c *Config) field(flag string) *string {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("flag") == flag {
			return v.Field(i).Addr().Interface().(*string)
		}
	}
	panic("no setting " + flag)
}

func (c *Config) flags(root *cobra.Command) {
	for _, s := range settings {
		field := c.field(s.flag)
		root.PersistentFlags().StringVar(field, s.flag, *field, s.about+" ["+s.env+"]")
	}
}

// check refuses wrong settings, each with the sentence that repairs it.
func (c *Config) check() error {
	v := validator.New()
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("flag") })
	err := v.Struct(c)
	var faults validator.ValidationErrors
	if !errors.As(err, &faults) {
		return err
	}
	var sentences []string
	for _, fault := range faults {
		for _, s := range settings {
			if s.flag == fault.Field() {
				sentences = append(sentences, fmt.Sprintf("--%s (%s) is %q: %s", s.flag, s.env, fault.Value(), s.remedy))
			}
		}
	}
	return usageError{errors.New(strings.Join(sentences, "\n"))}
}

// authorsDir is the folder of authors: one of the organisation each, and in it
// one of the member.
func (c *Config) authorsDir() (string, error) {
	if c.Authors != "" {
		return c.Authors, nil
	}
	base, err := c.base("CONFIG", "authors", "authors' keys are kept")
	return filepath.Join(base, "authors"), err
}

// sessionPath is the file of the session at a server.
func (c *Config) sessionPath(server string) (string, error) {
	base, err := c.base("CONFIG", "authors", "sessions are kept")
	sum := sha256.Sum256([]byte(strings.TrimRight(server, "/")))
	return filepath.Join(base, "sessions", hex.EncodeToString(sum[:8])+".json"), err
}

// modelPath is the read model's file. Without --data each network has its own
// folder, so that a network made anew finds no other's answers. An organisation's
// own gateway has a folder in it.
func (c *Config) modelPath() (string, error) {
	folder, err := c.perNetwork(c.Data, "gateway", "data", "the read model is kept")
	return filepath.Join(folder, strings.ToLower(c.ReadAs), "readmodel.sqlite"), err
}

// letterboxDir and deskDir are the two folders of a union's staff: the first is
// shared with Workers' gateway, the second with nobody.
func (c *Config) letterboxDir() (string, error) {
	if c.Letterbox != "" {
		return c.Letterbox, nil
	}
	folder, err := c.perNetwork("", "workers", "letterbox", "workers' answers wait for the union's staff")
	return filepath.Join(folder, "letterbox"), err
}

func (c *Config) deskDir() (string, error) {
	if c.Desk != "" {
		return c.Desk, nil
	}
	folder, err := c.perNetwork("", "workers", "desk", "books of receipts and inquiries are kept")
	return filepath.Join(folder, "desk"), err
}

// deskKey is the file of the desk's key. It is not in the desk's folder, so that
// one who comes by a copy of that can read nothing.
func (c *Config) deskKey() (string, error) {
	if c.DeskKey != "" {
		return c.DeskKey, nil
	}
	base, err := c.base("CONFIG", "desk-key", "the desk's key is kept")
	if err != nil {
		return "", err
	}
	id, err := c.networkID()
	return filepath.Join(base, "desk", id+".key"), err
}

// perNetwork is the folder given, or one of the data home's for this network.
func (c *Config) perNetwork(given, name, flag, what string) (string, error) {
	if given != "" {
		return given, nil
	}
	base, err := c.base("DATA", flag, what)
	if err != nil {
		return "", err
	}
	id, err := c.networkID()
	return filepath.Join(base, name, id), err
}

func (c *Config) networkID() (string, error) {
	network, err := c.openNetwork()
	if err != nil {
		return "", err
	}
	return network.fingerprint()
}

// base is Fairlead's folder in the XDG base directory of DATA or CONFIG.
func (c *Config) base(of, flag, what string) (string, error) {
	folder, inHome := c.dataHome, filepath.Join(".local", "share")
	if of == "CONFIG" {
		folder, inHome = c.configHome, ".config"
	}
	if folder == "" {
		if c.home == "" {
			return "", usagef("neither XDG_%s_HOME nor HOME is set: say with --%s where %s", of, flag, what)
		}
		folder = filepath.Join(c.home, inHome)
	}
	return filepath.Join(folder, "fairlead"), nil
}
