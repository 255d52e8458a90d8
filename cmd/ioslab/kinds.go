package main

import (
	"ioslab/runtime/lab"
	"ioslab/runtime/pc"
	"ioslab/runtime/router"
)

// kinds are the nodes that a lab file may name.
func kinds() lab.Kinds {
	return lab.Kinds{
		"router": {Decode: lab.DecodeRouter, Port: lab.RouterPort, New: newRouter},
		"pc":     pc.Kind(),
	}
}

func newRouter(env lab.Env) (lab.Node, error) {
	r, err := router.New(router.FromEnv(env))
	if err != nil {
		return nil, err // never a typed nil in the interface
	}
	return r, nil
}
