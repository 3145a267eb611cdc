// Package kubernetes holds no program: the Helm chart beside it is the example,
// and the tests here render it as Helm does and check what comes out. They are a
// module of their own, so that Helm is nobody else's dependency:
//
//	GOWORK=off go test ./...
package kubernetes
