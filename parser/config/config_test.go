package config

import (
	"reflect"
	"testing"
)

func TestSecrets(t *testing.T) {
	if p, err := (Secret{7, "02050D480809"}).Plain(); p != "cisco" || err != nil { // widely published pair
		t.Errorf("type 7: %q, %v", p, err)
	}
	for salt := range 16 {
		if p, _ := (Secret{7, Encode7("a long pass phrase with more than 53 characters in it, really", salt)}).Plain(); p[:6] != "a long" {
			t.Errorf("salt %d: %q", salt, p)
		}
	}
	for _, bad := range []string{"", "1", "99AA", "02Z5", "020"} {
		if _, err := (Secret{7, bad}).Plain(); err == nil {
			t.Errorf("type 7 %q accepted", bad)
		}
	}
	// openssl passwd -1 -salt abcdefgh password
	if h := HashMD5("password", "abcdefgh"); h != "$1$abcdefgh$G//4keteveJp0qb8z2DxG/" {
		t.Errorf("md5 crypt: %s", h)
	}
	if s := (Secret{5, HashMD5("cisco", "abcd")}); !s.Verify("cisco") || s.Verify("Cisco") {
		t.Error("type 5 verification")
	}
}

// A commit is never written again, whatever later drafts do.
func TestCopyOnWrite(t *testing.T) {
	d := Begin(nil)
	d.Config().Interfaces.Insert(d, &Interface{Name: "Loopback0"})
	d.Config().Interfaces.Insert(d, &Interface{Name: "FastEthernet0/0"})
	one := d.Commit()
	d.Config().Interfaces.Edit(d, "Loopback0").Description = Some("x")
	d.Config().Interfaces.Remove(d, "FastEthernet0/0")
	d.Config().System.Hostname = Some("R")
	two := d.Commit()
	if one.Interfaces.Len() != 2 || one.Interfaces.Get("Loopback0").Description.Set || one.System.Hostname.Set {
		t.Error("the first commit changed")
	}
	if two.Interfaces.Len() != 1 || !two.Interfaces.Get("Loopback0").Description.Set {
		t.Error("the second commit lacks the changes")
	}
	three := Begin(two).Commit()
	if !reflect.DeepEqual(two, three) {
		t.Error("an empty change differs")
	}
}

func TestInterfaceOrder(t *testing.T) {
	d := Begin(nil)
	for _, n := range []InterfaceName{"Virtual-Template1", "FastEthernet0/10", "FastEthernet0/2", "FastEthernet0/2.5", "Loopback10", "Loopback9"} {
		d.Config().Interfaces.Insert(d, &Interface{Name: n})
	}
	want := []InterfaceName{"Loopback9", "Loopback10", "FastEthernet0/2", "FastEthernet0/2.5", "FastEthernet0/10", "Virtual-Template1"}
	for i, e := range d.Config().Interfaces.List() {
		if e.Name != want[i] {
			t.Errorf("%d: %s, want %s", i, e.Name, want[i])
		}
	}
}
