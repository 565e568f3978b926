;; The inner loop of every rate conversion: a finite impulse response, four outputs at a time, four taps at a time.
;; fir-kernel.ts holds this module as bytes; fir-kernel.test.ts says when they differ, and with what to replace them.
(module
  (memory (export "memory") 1)

  ;; Writes the scalar products of $taps with $line, then with what is $stride bytes further on, and so on: rounded half up, clipped to 16 bits,
  ;; each $step bytes after the one before. $count is rounded up to a multiple of 4. Taps are 32-bit floats, $tapBytes of them, a multiple of 16.
  (func (export "fir")
    (param $line i32) (param $stride i32) (param $taps i32) (param $tapBytes i32) (param $out i32) (param $step i32) (param $count i32)
    (local $at i32) (local $tapsEnd i32) (local $tap i32) (local $t v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $tapsEnd (i32.add (local.get $taps) (local.get $tapBytes)))
    (loop $outputs
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (v128.const i32x4 0 0 0 0))
      (local.set $c (v128.const i32x4 0 0 0 0))
      (local.set $d (v128.const i32x4 0 0 0 0))
      (local.set $at (local.get $line))
      (local.set $tap (local.get $taps))
      (loop $products
        (local.set $t (v128.load (local.get $tap)))
        (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $t) (v128.load (local.get $at)))))
        (local.set $b (f32x4.add (local.get $b) (f32x4.mul (local.get $t)
          (v128.load (i32.add (local.get $at) (local.get $stride))))))
        (local.set $c (f32x4.add (local.get $c) (f32x4.mul (local.get $t)
          (v128.load (i32.add (local.get $at) (i32.shl (local.get $stride) (i32.const 1)))))))
        (local.set $d (f32x4.add (local.get $d) (f32x4.mul (local.get $t)
          (v128.load (i32.add (local.get $at) (i32.mul (local.get $stride) (i32.const 3)))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $products (i32.lt_u (local.tee $tap (i32.add (local.get $tap) (i32.const 16))) (local.get $tapsEnd))))

      ;; The four sums of four lanes each become four lanes.
      (local.set $a (f32x4.add
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
      (local.set $c (f32x4.add
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
      (local.set $a (f32x4.add
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $a) (local.get $c))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $a) (local.get $c))))
      (local.set $a (i32x4.trunc_sat_f32x4_s (f32x4.floor (f32x4.add (local.get $a) (v128.const f32x4 0.5 0.5 0.5 0.5)))))
      (local.set $a (i16x8.narrow_i32x4_s (local.get $a) (local.get $a)))

      (v128.store16_lane 0 (local.get $out) (local.get $a))
      (v128.store16_lane 1 (local.tee $out (i32.add (local.get $out) (local.get $step))) (local.get $a))
      (v128.store16_lane 2 (local.tee $out (i32.add (local.get $out) (local.get $step))) (local.get $a))
      (v128.store16_lane 3 (local.tee $out (i32.add (local.get $out) (local.get $step))) (local.get $a))
      (local.set $out (i32.add (local.get $out) (local.get $step)))
      (local.set $line (i32.add (local.get $line) (i32.shl (local.get $stride) (i32.const 2))))
      (br_if $outputs (i32.gt_s (local.tee $count (i32.sub (local.get $count) (i32.const 4))) (i32.const 0))))))
