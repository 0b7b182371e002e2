# top
foo   "bar"   "baz" {
a=1 # one
  bbbb   =   [ 1,2 ,  3 ]   # two
        long_name = <<EOT
   keep  ${ x }
EOT
   c = -1  - -2
 /* block */
  d = [for x in [1,2]: x if x>1 ] // yes
  e = { a=1,  "b" : 2 }
  f = {
  aa = 1
     bbb   = foo( 1 , [2,
     3])
     c = x ? y:z
  }

  g = !  true && a [ 0 ] . b [*] . c
  h = foo(bar...)
  i = "${ x  }"   # inside of a string nothing moves
  j = a :: b( 1 )
}
empty   {}
one { a = 1 }


