package network

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// packageLabel names the package on the peers.
const packageLabel = "fairlead_1"

// chaincodePackage is what organisations install and approve. It holds no code,
// for the chaincode is a process beside each peer; what makes the code the same
// everywhere is that endorsements must agree.
type chaincodePackage struct {
	id    string // label:hash, equal for every organisation
	bytes []byte
}

// packChaincode makes the package. It has no times, owners or compression in
// it, so that anyone who makes it, with whatever Go, gets the same identifier.
func packChaincode() (chaincodePackage, error) {
	code, err1 := archive(file{"connection.json", []byte(`{}`)})
	pack, err2 := archive(
		file{"metadata.json", []byte(`{"type":"ccaas","label":"` + packageLabel + `"}`)},
		file{"code.tar.gz", code},
	)
	if err := errors.Join(err1, err2); err != nil {
		return chaincodePackage{}, fmt.Errorf("packing the chaincode: %w", err)
	}
	return chaincodePackage{
		id:    fmt.Sprintf("%s:%x", packageLabel, sha256.Sum256(pack)),
		bytes: pack,
	}, nil
}

type file struct {
	name string
	text []byte
}

func archive(files ...file) ([]byte, error) {
	var packed bytes.Buffer
	zip, err := gzip.NewWriterLevel(&packed, gzip.NoCompression)
	if err != nil {
		return nil, err
	}
	out := tar.NewWriter(zip)
	for _, f := range files {
		header := &tar.Header{
			Name: f.name, Size: int64(len(f.text)), Mode: 0o100644,
			ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR,
		}
		if err := out.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := out.Write(f.text); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(out.Close(), zip.Close()); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
