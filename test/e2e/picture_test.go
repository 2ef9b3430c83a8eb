package e2e

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"sort"
	"testing"
)

// small makes a screenshot small enough for the repository: at most 255
// colours, the frequent ones kept exactly. Pages have few; the smooth edges of
// letters take the nearest.
func small(t testing.TB, b []byte) []byte {
	t.Helper()
	src, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	r := src.Bounds()
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA {
		c := color.RGBAModel.Convert(src.At(x, y)).(color.RGBA)
		five := func(v uint8) uint8 { return v&^7 | v>>5 }
		return color.RGBA{five(c.R), five(c.G), five(c.B), 255} // 5 bits each are enough for a picture in a guide
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	colours := make([]color.RGBA, 0, len(count))
	for c := range count {
		colours = append(colours, c)
	}
	sort.Slice(colours, func(i, j int) bool { return count[colours[i]] > count[colours[j]] })
	palette := make(color.Palette, 0, 64)
	for _, c := range colours[:min(64, len(colours))] {
		palette = append(palette, c)
	}
	out := image.NewPaletted(r, palette)
	nearest := map[color.RGBA]uint8{}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := at(x, y)
			i, ok := nearest[c]
			if !ok {
				i = uint8(palette.Index(c))
				nearest[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	var buf bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&buf, out); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
