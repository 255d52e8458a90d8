package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ioslab/runtime/lab"
)

// osFiles reads files by the names that the user types, relative to where the
// program was started. (os.DirFS would refuse names with "..".)
type osFiles struct{}

func (osFiles) Open(name string) (fs.File, error) { return os.Open(filepath.FromSlash(name)) }

// dirNVRAM keeps a node's files in a folder of its own.
type dirNVRAM struct{ dir string }

// nvramIn returns the stores under dir, made when they are first written.
func nvramIn(dir string) func(node string) lab.NVRAM {
	if dir == "" {
		return nil
	}
	return func(node string) lab.NVRAM { return dirNVRAM{filepath.Join(dir, node)} }
}

func (d dirNVRAM) path(file string) (string, error) {
	if file == "" || file[0] == '.' || strings.ContainsAny(file, `/\:`) {
		return "", fmt.Errorf("NVRAM file %q: %w", file, fs.ErrInvalid)
	}
	return filepath.Join(d.dir, file), nil
}

// Load returns the file's contents.
func (d dirNVRAM) Load(file string) ([]byte, error) {
	name, err := d.path(file)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(name)
}

// Save replaces the file so that, whenever the power goes, the old contents or
// the new are there: written beside it, forced to the disk, then renamed, and
// the folder forced to the disk too.
func (d dirNVRAM) Save(file string, data []byte) (err error) {
	name, err := d.path(file)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(d.dir, ".new-*") // mode 0600: configurations hold keys
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temp.Name())
		}
	}()
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	if err = os.Rename(temp.Name(), name); err != nil {
		return err
	}
	return syncDir(d.dir)
}

// Remove deletes the file.
func (d dirNVRAM) Remove(file string) error {
	name, err := d.path(file)
	if err != nil {
		return err
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(d.dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return syncDir(d.dir)
}

// syncDir forces a folder's entries to the disk.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
