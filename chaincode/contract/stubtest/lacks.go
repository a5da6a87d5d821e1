package stubtest

import pb "github.com/hyperledger/fabric-protos-go-apiv2/peer"

// These methods of the shim are not served: the contract has one chaincode and
// one endorsement policy. A contract which comes to need one finds out by name.

func lacks(method string) string { return "stubtest: the peer does not serve " + method }

func (s *stub) InvokeChaincode(string, [][]byte, string) *pb.Response {
	panic(lacks("InvokeChaincode"))
}

func (s *stub) SetStateValidationParameter(string, []byte) error {
	panic(lacks("SetStateValidationParameter"))
}

func (s *stub) GetStateValidationParameter(string) ([]byte, error) {
	panic(lacks("GetStateValidationParameter"))
}

func (s *stub) SetPrivateDataValidationParameter(string, string, []byte) error {
	panic(lacks("SetPrivateDataValidationParameter"))
}

func (s *stub) GetPrivateDataValidationParameter(string, string) ([]byte, error) {
	panic(lacks("GetPrivateDataValidationParameter"))
}
