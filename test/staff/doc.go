// Package staff has a brand's staff sign in at a real OpenID provider, a process of
// its own, and come back to a gateway. Its tests carry the build tag e2e, for they
// build that provider.
package staff
