// Package network runs a Fairlead network on one machine.
package network
