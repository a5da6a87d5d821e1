package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/spf13/cobra"
)

// Config is the settings, each by its flag, else by FAIRLEAD_ and its name in
// the environment, else its default. None is a secret.
type Config struct {
	Server    string `flag:"server" validate:"required,http_url"`             // gateway that commands speak to
	Network   string `flag:"network" validate:"omitempty,filepath"`           // path of network.json
	Listen    string `flag:"listen" validate:"required,tcp_addr"`             // host:port that serve listens on; port 0 takes a free one
	BaseURL   string `flag:"base-url" validate:"omitempty,http_url"`          // what QR codes lead to; the address listened on when empty
	Data      string `flag:"data" validate:"omitempty,filepath|dir"`          // folder of the read model
	Authors   string `flag:"authors" validate:"omitempty,filepath|dir"`       // folder of authors' certificates and keys
	Netctl    string `flag:"netctl" validate:"required,filepath"`             // program that enrols members
	Channel   string `flag:"channel" validate:"required,printascii,max=100"`  // channel that authors sign for
	Chaincode string `flag:"chaincode" validate:"required,printascii,max=64"` // and the chaincode

	home, dataHome, configHome string
}

var settings = []struct{ flag, env, fallback, about, remedy string }{
	{"server", "FAIRLEAD_SERVER", "http://127.0.0.1:8480", "gateway to speak to", "write an address such as http://127.0.0.1:8480"},
	{"network", "FAIRLEAD_NETWORK", "", "path of network.json", "write the path of the network.json that netctl up names"},
	{"listen", "FAIRLEAD_LISTEN", "127.0.0.1:8480", "host:port to serve on; port 0 takes a free one", "write a host and a port such as 127.0.0.1:8480"},
	{"base-url", "FAIRLEAD_BASE_URL", "", "address that QR codes lead to (default: the one served on)", "write an address such as https://fairlead.example"},
	{"data", "FAIRLEAD_DATA", "", "folder of the read model (default $XDG_DATA_HOME/fairlead/gateway and one folder a network)", "write the path of a folder"},
	{"authors", "FAIRLEAD_AUTHORS", "", "folder of authors' certificates and keys (default $XDG_CONFIG_HOME/fairlead/authors)", "write the path of a folder"},
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
	base := c.configHome
	if base == "" {
		if c.home == "" {
			return "", usagef("neither XDG_CONFIG_HOME nor HOME is set: say with --authors where authors' keys are kept")
		}
		base = filepath.Join(c.home, ".config")
	}
	return filepath.Join(base, "fairlead", "authors"), nil
}

// modelPath is the read model's file. Without --data each network has its own
// folder, so that a network made anew finds no other's answers.
func (c *Config) modelPath() (string, error) {
	const file = "readmodel.sqlite"
	if c.Data != "" {
		return filepath.Join(c.Data, file), nil
	}
	network, err := c.openNetwork()
	if err != nil {
		return "", err
	}
	id, err := network.fingerprint()
	if err != nil {
		return "", err
	}
	base := c.dataHome
	if base == "" {
		if c.home == "" {
			return "", usagef("neither XDG_DATA_HOME nor HOME is set: say with --data where the read model is kept")
		}
		base = filepath.Join(c.home, ".local", "share")
	}
	return filepath.Join(base, "fairlead", "gateway", id, file), nil
}
