// Package icon draws the program's icon: an arrow that turns back around a
// keyhole. It imports only the standard library, and knows no file format.
package icon

import (
	"image"
	"image/color"
)

// The icon is drawn on a grid of 4096 × 4096 points, in integers alone: floating
// point would be rounded otherwise where a processor fuses operations, and the
// bytes of a release with it. y grows downwards.
const (
	grid    = 4096
	unit    = grid / 256 // the numbers below are of 256
	samples = 8          // of a pixel, in each direction
)

// point is a place on the grid, or a direction.
type point struct{ x, y int64 }

func at(x, y int64) point { return point{x * unit, y * unit} }

func (p point) minus(q point) point { return point{p.x - q.x, p.y - q.y} }

// cross is positive where q lies clockwise of p, as seen on the screen.
func (p point) cross(q point) int64 { return p.x*q.y - p.y*q.x }

func (p point) within(centre point, radius int64) bool {
	d := p.minus(centre)
	return d.x*d.x+d.y*d.y <= radius*unit*radius*unit
}

var (
	middle = at(128, 128)

	// The arrow's ring is open between these directions, and its head closes the
	// first: it flies against the clock.
	gapBegins, gapEnds = point{-860, -440}, point{-940, 342}
	head               = [3]point{at(46, 136), at(30, 74), at(98, 112)}

	top, bottom = color.NRGBA{0x1b, 0x6e, 0xc2, 0xff}, color.NRGBA{0x0b, 0x3a, 0x78, 0xff}
)

// Draw returns the icon, size × size pixels, transparent outside its corners.
func Draw(size int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			img.SetNRGBA(x, y, pixel(x, y, size))
		}
	}
	return img
}

// pixel counts which samples of a pixel are ground and which are drawn on it.
func pixel(x, y, size int) color.NRGBA {
	var ground, drawn int64
	for j := range samples {
		for i := range samples {
			fine := int64(2 * size * samples)
			p := point{int64(2*(x*samples+i)+1) * grid / fine, int64(2*(y*samples+j)+1) * grid / fine}
			if !tile(p) {
				continue
			}
			if ground++; arrow(p) || keyhole(p) {
				drawn++
			}
		}
	}
	if ground == 0 {
		return color.NRGBA{}
	}
	mix := func(from, to uint8) uint8 {
		under := int64(from) + (int64(to)-int64(from))*int64(y)/int64(size)
		return uint8((under*(ground-drawn) + 0xff*drawn) / ground)
	}
	return color.NRGBA{mix(top.R, bottom.R), mix(top.G, bottom.G), mix(top.B, bottom.B), uint8(0xff * ground / (samples * samples))}
}

// tile is the ground: a square with round corners.
func tile(p point) bool {
	const margin, radius = 6, 52
	near := func(v int64) int64 { return min(max(v, (margin+radius)*unit), (256-margin-radius)*unit) }
	return p.within(point{near(p.x), near(p.y)}, radius)
}

func arrow(p point) bool {
	if triangle(p) {
		return true
	}
	d := p.minus(middle)
	open := gapBegins.cross(d) < 0 && d.cross(gapEnds) < 0
	return p.within(middle, 88) && !p.within(middle, 62) && !open
}

func triangle(p point) bool {
	a := head[1].minus(head[0]).cross(p.minus(head[0]))
	b := head[2].minus(head[1]).cross(p.minus(head[1]))
	c := head[0].minus(head[2]).cross(p.minus(head[2]))
	return a >= 0 && b >= 0 && c >= 0 || a <= 0 && b <= 0 && c <= 0
}

// keyhole is a circle, and a wedge below it.
func keyhole(p point) bool {
	if p.within(at(128, 112), 22) {
		return true
	}
	down := p.y - 112*unit
	if down < 0 || down > 56*unit {
		return false
	}
	half := 8*unit + down/5
	return p.x >= middle.x-half && p.x <= middle.x+half
}
