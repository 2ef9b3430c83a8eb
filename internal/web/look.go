package web

import (
	"fmt"
	"math"
	"strconv"
)

// lookOf is the style sheet of an accent colour, with the colour of text on
// it that can be read: the one of black and white with the higher contrast.
func lookOf(colour string) (string, bool) {
	if len(colour) != 7 || colour[0] != '#' {
		return "", false
	}
	rgb, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		return "", false
	}
	on := "#ffffff"
	if l := luminance(rgb); (1.05)/(l+0.05) < (l+0.05)/(0.05) {
		on = "#111111"
	}
	return fmt.Sprintf(".job-page{--look:#%06x;--on-look:%s}\n", rgb, on), true
}

// luminance is the relative luminance of WCAG 2.
func luminance(rgb uint64) float64 {
	part := func(x uint64) float64 {
		c := float64(x&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(rgb>>16) + 0.7152*part(rgb>>8) + 0.0722*part(rgb)
}
