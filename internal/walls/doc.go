// Package walls tests what the packages of this module may import and how the
// tree is written. The map is that of docs/design.md. It imports no package that
// it tests: it reads their source and asks go list.
//
//	go test ./internal/walls
//
// There is nothing in it but tests.
package walls
