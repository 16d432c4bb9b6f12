// Reads a published log with golang.org/x/mod/sumdb and nothing of trustbook: notes with its note package, trees and tiles with its tlog.
//
//	sumdb VERIFIER-KEY LOG-FOLDER STEP [PROOF-FILE...]
//
// Checks the signed checkpoint, every STEP-th leaf and the last one by an inclusion proof out of the tiles, every older checkpoint
// by a consistency proof, and the proof files. Prints one line, or why not and ends with 1.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height    = 8
	proofHead = "c2sp.org/tlog-proof@v1\n"
)

// disk gives tiles out of the published folder. The paths differ from those of sumdb by the height only, which is always 8 here.
type disk struct {
	folder string
	seen   map[tlog.Tile][]byte
}

func (d disk) Height() int { return height }

func (d disk) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, known := d.seen[tile]
		if !known {
			path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
			var err error
			if data, err = os.ReadFile(filepath.Join(d.folder, path)); err != nil {
				return nil, err
			}
			d.seen[tile] = data
		}
		all = append(all, data)
	}
	return all, nil
}

func (d disk) SaveTiles([]tlog.Tile, [][]byte) {}

// open checks the signature of a note and reads the tree that it states.
func open(text []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	if origin != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("a checkpoint of %q", origin)
	}
	// What follows the first line is what sumdb writes too.
	return tlog.ParseTree([]byte("go.sum database tree\n" + rest))
}

// leaves reads the entries of a tree of this size, each with its length before it.
func leaves(folder string, size int64) ([][]byte, error) {
	var all [][]byte
	for int64(len(all)) < size {
		width := size - int64(len(all))
		if width > 1<<height {
			width = 1 << height
		}
		tile := tlog.Tile{H: height, L: -1, N: int64(len(all)) >> height, W: int(width)}
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/data/", height), "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return nil, err
		}
		for found := int64(0); found < width; found++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s is cut off", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			all, data = append(all, data[2:end]), data[end:]
		}
		if len(data) > 0 {
			return nil, fmt.Errorf("%s has %d bytes more", path, len(data))
		}
	}
	return all, nil
}

// included checks one proof file against the leaf that it names.
func included(path string, verifier note.Verifier, all [][]byte) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, checkpoint, found := strings.Cut(string(text), "\n\n")
	lines := strings.Split(strings.TrimPrefix(head, proofHead), "\n")
	if !found || !strings.HasPrefix(head, proofHead) || !strings.HasPrefix(lines[0], "index ") {
		return fmt.Errorf("%s is no proof", path)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil || index < 0 || index >= int64(len(all)) {
		return fmt.Errorf("%s names leaf %q", path, lines[0])
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(hash) != tlog.HashSize {
			return fmt.Errorf("%s: %q is no hash", path, line)
		}
		proof = append(proof, *(*tlog.Hash)(hash))
	}
	tree, err := open([]byte(checkpoint), verifier)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(all[index]))
}

func run(key, folder, stepText string, proofs []string) (string, error) {
	step, err := strconv.ParseInt(stepText, 10, 64)
	if err != nil || step < 1 {
		return "", fmt.Errorf("%q is no step", stepText)
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return "", err
	}
	tree, err := open(text, verifier)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	// Takes from the tiles only what leads to the signed root.
	hashes := tlog.TileHashReader(tree, disk{folder, map[tlog.Tile][]byte{}})
	all, err := leaves(folder, tree.N)
	if err != nil {
		return "", err
	}
	checked := 0
	for index := int64(0); index < tree.N; index++ {
		if index%step != 0 && index != tree.N-1 {
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, index, hashes)
		if err == nil {
			err = tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(all[index]))
		}
		if err != nil {
			return "", fmt.Errorf("leaf %d: %w", index, err)
		}
		checked++
	}
	older, err := os.ReadDir(filepath.Join(folder, "checkpoints"))
	if err != nil {
		return "", err
	}
	for _, entry := range older {
		text, err := os.ReadFile(filepath.Join(folder, "checkpoints", entry.Name()))
		if err != nil {
			return "", err
		}
		before, err := open(text, verifier)
		if err == nil && strconv.FormatInt(before.N, 10) != entry.Name() {
			err = fmt.Errorf("it is of size %d", before.N)
		}
		var proof tlog.TreeProof
		if err == nil {
			proof, err = tlog.ProveTree(tree.N, before.N, hashes)
		}
		if err == nil {
			err = tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash)
		}
		if err != nil {
			return "", fmt.Errorf("checkpoint of size %s: %w", entry.Name(), err)
		}
	}
	for _, path := range proofs {
		if err := included(path, verifier, all); err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
	}
	return fmt.Sprintf("%d leaves, %d checked, %d checkpoints, %d proofs", tree.N, checked, len(older), len(proofs)), nil
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "sumdb VERIFIER-KEY LOG-FOLDER STEP [PROOF-FILE...]")
		os.Exit(2)
	}
	said, err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(said)
}
