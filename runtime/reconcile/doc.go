// Package reconcile turns a running-config into what each engine is to do.
//
//	*config.Config ─┬─ Forward ─► forward.Config     one pure function an engine;
//	                ├─ IPsec   ─► ipsec.Config       equal sections give equal
//	                ├─ IKE     ─► ike.Config         values, and an engine that is
//	                ├─ L2TP    ─► l2tp.Config        given the value it has does
//	                ├─ PPP     ─► ppp.Config         nothing
//	                ├─ AAA, Pools
//	                └─ Logging ─► logging.Config
//
// It is, with the nodes, the only place that knows both the configuration's
// types and the engines'. Everything here is a value in, a value out: whether a
// change restarts something is decided by the engine that compares old and new.
package reconcile
