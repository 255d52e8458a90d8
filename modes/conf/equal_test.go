package conf

import (
	"fmt"
	"reflect"
	"strings"

	"ioslab/parser/config"
)

// equalState compares two configurations.
func equalState(a, b *config.Config) bool { return reflect.DeepEqual(*a, *b) }

// stateDiff names the fields in which two configurations differ, for reports.
func stateDiff(a, b *config.Config) string {
	var out []string
	differences("", reflect.ValueOf(*a), reflect.ValueOf(*b), &out)
	return strings.Join(out, "\n")
}

func differences(at string, a, b reflect.Value, out *[]string) {
	if len(*out) > 10 {
		return
	}
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() != b.IsNil() {
			*out = append(*out, fmt.Sprintf("%s: nil %v, %v", at, a.IsNil(), b.IsNil()))
		} else if !a.IsNil() {
			differences(at, a.Elem(), b.Elem(), out)
		}
	case reflect.Struct:
		for i := range a.NumField() {
			differences(at+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i), out)
		}
	case reflect.Slice:
		if a.Len() != b.Len() || a.IsNil() != b.IsNil() {
			*out = append(*out, fmt.Sprintf("%s: %v, %v", at, a, b))
			return
		}
		for i := range a.Len() {
			differences(fmt.Sprintf("%s[%d]", at, i), a.Index(i), b.Index(i), out)
		}
	case reflect.Map:
		if a.Len() != b.Len() {
			*out = append(*out, fmt.Sprintf("%s: %d and %d elements", at, a.Len(), b.Len()))
		}
	default:
		if !a.Equal(b) {
			*out = append(*out, fmt.Sprintf("%s: %v, %v", at, a, b))
		}
	}
}
