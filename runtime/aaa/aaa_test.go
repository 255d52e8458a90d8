package aaa

import (
	"testing"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/wire/ppp"
)

func clear(s string) Secret { return Secret{Clear, s, true} }

// Passwords and their forms as commonly published with password auditing tools and in Cisco's notes.
func TestSecretKinds(t *testing.T) {
	for _, c := range []struct {
		s        Secret
		password string
		back     bool
	}{
		{clear("test"), "test", true},
		{Secret{Type7, "094F471A1A0A", true}, "cisco", true},
		{Secret{Type7, "02050D480809", true}, "cisco", true},
		{Secret{Type7, "070C285F4D06", true}, "cisco", true},
		{Secret{MD5, "$1$28772684$iEwNOgGugqO9.bIz5sk8k/", true}, "hashcat", false},
		{Secret{PBKDF2, "$8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk", true}, "hashcat", false},
		{Secret{Scrypt, "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6", true}, "hashcat", false},
		{Secret{SHA256, "2btjjy78REtmYkkW0csHUbJZOstRXoWdX1mGrmmfeHI", true}, "hashcat", false},
	} {
		if !c.s.Matches(c.password) {
			t.Errorf("%v %s does not match %q", c.s.Kind, c.s.Text, c.password)
		}
		if c.s.Matches(c.password+"x") || c.s.Matches("") {
			t.Errorf("%v matches anything", c.s.Kind)
		}
		if p, ok := c.s.Clear(); ok != c.back || ok && p != c.password {
			t.Errorf("%v turned back: %q %v", c.s.Kind, p, ok)
		}
	}
	if (Secret{}).Matches("") {
		t.Error("an unset secret matches")
	}
	for salt := range 16 {
		if p, err := DecodeType7(EncodeType7("s3cret and long enough to wrap the key around, really", salt)); err != nil || p[:6] != "s3cret" {
			t.Error(salt, p, err)
		}
	}
	for _, bad := range []string{"", "09", "0", "zz11", "094F4", "09ZZ"} {
		if _, err := DecodeType7(bad); err == nil {
			t.Errorf("%q decoded", bad)
		}
	}
}

func config() Config {
	return Config{
		NewModel: true,
		Users: []User{
			{Name: "test", Secret: clear("test")},
			{Name: "Admin", Privilege: 15, Secret: Secret{MD5, MD5Crypt("pw", "salt"), true}},
		},
		Enable: clear("en"),
	}
}

func chap(user, password string) *ppp.Credentials {
	challenge := []byte("0123456789abcdef")
	return &ppp.Credentials{Proto: ppp.AuthCHAP, User: user, ID: 7, Challenge: challenge,
		Response: ppp.MD5Response(7, password, challenge)}
}

func pap(user, password string) *ppp.Credentials {
	return &ppp.Credentials{Proto: ppp.AuthPAP, User: user, Password: password}
}

func TestPPPMethods(t *testing.T) {
	group := Method{Kind: Group, Group: "radius"}
	for _, c := range []struct {
		name    string
		methods []Method
		cred    *ppp.Credentials
		want    Status
	}{
		{"good", []Method{{Kind: Local}}, chap("test", "test"), Pass},
		{"name in other case", []Method{{Kind: Local}}, chap("TEST", "test"), Pass},
		{"name in other case, local-case", []Method{{Kind: LocalCase}}, chap("TEST", "test"), Fail},
		{"domain in front", []Method{{Kind: Local}}, chap(`LAB\test`, "test"), Pass},
		{"wrong", []Method{{Kind: Local}}, chap("test", "tset"), Fail},
		{"unknown", []Method{{Kind: Local}}, chap("nobody", "test"), Fail},
		{"one-way secret serves PAP", []Method{{Kind: Local}}, pap("Admin", "pw"), Pass},
		{"one-way secret cannot serve CHAP", []Method{{Kind: Local}}, chap("Admin", "pw"), Fail},
		{"silent servers, then local", []Method{group, {Kind: Local}}, chap("test", "test"), Pass},
		{"silent servers alone", []Method{group}, chap("test", "test"), Error},
		{"unknown here, servers silent", []Method{{Kind: Local}, group}, chap("nobody", "x"), Error},
		{"a refusal is final", []Method{{Kind: Local}, {Kind: None}}, chap("test", "x"), Fail},
		{"none", []Method{group, {Kind: None}}, chap("nobody", "x"), Pass},
		{"if-needed never holds", []Method{{Kind: IfNeeded}, {Kind: Local}}, chap("test", "test"), Pass},
	} {
		cfg := config()
		cfg.Lists = []List{{Service: PPPService, Name: "default", Methods: c.methods}}
		if got := New(cfg, nil, nil).PPP(0, 1, "", c.cred); got.Status != c.want {
			t.Errorf("%s: %v, want %v", c.name, got.Status, c.want)
		}
	}
}

func TestListsAndNewModel(t *testing.T) {
	e := New(config(), nil, nil)
	if e.PPP(0, 1, "", pap("test", "test")).Status != Pass {
		t.Error("without a default list the local users decide")
	}
	if e.PPP(0, 1, "NOSUCH", pap("test", "test")).Status != Fail {
		t.Error("a list that does not exist lets nobody in")
	}
	cfg := config()
	cfg.NewModel = false
	cfg.Lists = []List{{Service: PPPService, Name: "default"}}
	var rec event.Recorder
	e = New(cfg, &rec, nil)
	if e.PPP(0, 1, "", pap("test", "test")).Status != Pass || e.PPP(0, 1, "", pap("x", "test")).Status != Fail {
		t.Error("new-model off")
	}
	e.Bind("Vi1")
	if len(rec.Events) != 0 {
		t.Error("without new-model AAA is silent", rec.Events)
	}
}

func TestMSCHAPV2ProofComesBack(t *testing.T) {
	var auth, peer [16]byte
	r := ppp.MSV2Response{PeerChallenge: peer, NT: ppp.NTResponse(auth, peer, "test", "test")}
	got := New(config(), nil, nil).PPP(0, 1, "", &ppp.Credentials{Proto: ppp.AuthMSCHAPV2, User: "test",
		Challenge: auth[:], Response: r.Append(nil)})
	if got.Status != Pass || got.Proof != ppp.AuthenticatorResponse("test", r.NT, peer, auth, "test") {
		t.Errorf("%+v", got)
	}
}

func TestLoginMethods(t *testing.T) {
	for _, c := range []struct {
		methods  []Method
		user, pw string
		line     Secret
		want     Status
		priv     int
		prompts  Prompts
	}{
		{[]Method{{Kind: Local}}, "admin", "pw", Secret{}, Pass, 15, Prompts{true, true}},
		{[]Method{{Kind: LineMethod}}, "", "l", clear("l"), Pass, 1, Prompts{false, true}},
		{[]Method{{Kind: LineMethod}, {Kind: EnableMethod}}, "", "en", Secret{}, Pass, 15, Prompts{false, true}},
		{[]Method{{Kind: EnableMethod}}, "", "no", Secret{}, Fail, 0, Prompts{false, true}},
		{[]Method{{Kind: None}}, "", "", Secret{}, Pass, 1, Prompts{}},
		{[]Method{{Kind: Group}, {Kind: Local}}, "test", "test", Secret{}, Pass, 1, Prompts{true, true}},
	} {
		cfg := config()
		cfg.Lists = []List{{Service: LoginService, Name: "vty", Methods: c.methods}}
		e := New(cfg, nil, nil)
		if p := e.LoginPrompts("vty"); p != c.prompts {
			t.Errorf("%v: prompts %+v", c.methods, p)
		}
		if r := e.Login(0, 1, "vty", c.user, c.pw, c.line); r.Status != c.want || r.Privilege != c.priv {
			t.Errorf("%v: %+v", c.methods, r)
		}
	}
	e := New(config(), nil, nil)
	if e.EnableLogin(0, 1, "", "en", Secret{}).Status != Pass || e.EnableLogin(0, 1, "", "x", Secret{}).Status != Fail {
		t.Error("enable")
	}
	if e.LoginLocal(0, "test", "test").Status != Pass || e.LoginLocal(0, "who", "test").Status != Fail {
		t.Error("login local")
	}
}

func TestLockout(t *testing.T) {
	cfg := config()
	cfg.MaxFailAttempts = 3
	var rec event.Recorder
	e := New(cfg, &rec, nil)
	for range 3 {
		e.PPP(0, 1, "", pap("test", "x"))
	}
	if e.PPP(0, 1, "", pap("test", "test")).Status != Fail || len(e.Locked()) != 1 {
		t.Error("not locked", e.Locked())
	}
	if _, ok := find[UserLocked](rec.Events); !ok {
		t.Error("not told")
	}
	e.Unlock("test")
	if e.PPP(0, 1, "", pap("test", "test")).Status != Pass {
		t.Error("not unlocked")
	}
}

func find[T Event](evs []event.Event) (v T, ok bool) {
	for _, e := range evs {
		if v, ok := e.(T); ok {
			return v, true
		}
	}
	return v, false
}

func TestAuthorization(t *testing.T) {
	cfg := config()
	e := New(cfg, nil, nil)
	if e.AuthorizeNetwork(0, 1, "", "anyone", false).Status != Pass {
		t.Error("without a list everybody is authorized")
	}
	cfg.Lists = []List{{Service: NetworkService, Authorization: true, Name: "default",
		Methods: []Method{{Kind: Local}, {Kind: IfAuthenticated}}}}
	e.Configure(clock.Instant(1), cfg)
	if e.AuthorizeNetwork(0, 1, "", "test", false).Status != Pass ||
		e.AuthorizeNetwork(0, 1, "", "stranger", true).Status != Pass ||
		e.AuthorizeNetwork(0, 1, "", "stranger", false).Status != Fail {
		t.Error("local, if-authenticated")
	}
}

func TestSecretForProvingOurselves(t *testing.T) {
	e := New(config(), nil, nil)
	if p, ok := e.Secret("test"); !ok || p != "test" {
		t.Error(p, ok)
	}
	if _, ok := e.Secret("Admin"); ok {
		t.Error("a one-way secret turned back")
	}
	if _, ok := e.Secret("nobody"); ok {
		t.Error("nobody has a secret")
	}
}
