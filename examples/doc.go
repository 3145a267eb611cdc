// Package examples is a room for programs that use outdial, each in a folder of
// its own. They are a module apart, so that what they import stays out of the
// module graph of a host.
package examples
