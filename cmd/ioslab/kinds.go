package main

import (
	"fmt"

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
	spec, _ := env.Spec.(lab.RouterSpec)
	r, err := router.New(router.Options{
		Name: env.Name, Index: env.Index, Ports: env.Ports, Rand: env.Rand, Epoch: env.Epoch,
		Transmit: env.Transmit, NVRAM: env.NVRAM, Startup: spec.Startup.Data, Keys: env.Keys,
	})
	if err != nil {
		return nil, err
	}
	node, ok := any(r).(lab.Node)
	if !ok {
		return nil, fmt.Errorf("routers have no console yet")
	}
	return node, nil
}
