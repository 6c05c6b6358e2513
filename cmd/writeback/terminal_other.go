//go:build !windows

package main

import "os"

func takesANSI(*os.File) bool { return true }
