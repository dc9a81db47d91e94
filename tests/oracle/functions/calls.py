"""Random calls of sprig's deterministic functions, nested in each other, for bulk.py."""

# What each function takes and gives: any, bool, dict, float, int, int64, list, string; `x*` is any number of x.
SIGNATURES = """
abbrev int string -> string
abbrevboth int int string -> string
add any* -> int64
add1 any -> int64
add1f any -> float
addf any* -> float
adler32sum string -> string
all any* -> bool
any any* -> bool
append list any -> list
atoi string -> int
b32dec string -> string
b32enc string -> string
b64dec string -> string
b64enc string -> string
base string -> string
camelcase string -> string
cat any* -> string
ceil any -> float
chunk int list -> list
clean string -> string
coalesce any* -> any
compact list -> list
concat list* -> list
contains string string -> bool
deepCopy any -> any
deepEqual any any -> bool
default any any -> any
dict any any any any -> dict
dict string any string any -> dict
dig string any dict -> any
dig string string any dict -> any
dir string -> string
div any any -> int64
divf any any -> float
empty any -> bool
ext string -> string
first list -> any
float64 any -> float
floor any -> float
get dict string -> any
has any list -> bool
hasKey dict string -> bool
hasPrefix string string -> bool
hasSuffix string string -> bool
indent int string -> string
initial list -> list
initials string -> string
int any -> int
int64 any -> int64
isAbs string -> bool
join string any -> string
kebabcase string -> string
kindOf any -> string
last list -> any
list any* -> list
lower string -> string
max any any* -> int64
maxf any any* -> float
merge dict dict* -> dict
mergeOverwrite dict dict* -> dict
min any any* -> int64
minf any any* -> float
mod any any -> int64
mul any any* -> int64
mulf any any* -> float
mustMerge dict dict* -> dict
mustMergeOverwrite dict dict* -> dict
nindent int string -> string
nospace string -> string
omit dict string* -> dict
pick dict string* -> dict
pluck string dict* -> list
plural string string int -> string
prepend list any -> list
quote any* -> string
repeat int string -> string
replace string string string -> string
rest list -> list
reverse list -> list
round any int -> float
seq int* -> string
set dict string any -> dict
sha256sum string -> string
snakecase string -> string
sortAlpha any -> list
split string string -> any
splitList string string -> list
splitn string int string -> any
squote any* -> string
sub any any -> int64
subf any any* -> float
substr int int string -> string
swapcase string -> string
ternary any any bool -> any
title string -> string
toDecimal any -> int64
toJson any -> string
toPrettyJson any -> string
toRawJson any -> string
toString any -> string
toStrings any -> list
trim string -> string
trimAll string string -> string
trimPrefix string string -> string
trimSuffix string string -> string
trunc int string -> string
typeOf any -> string
uniq list -> list
unset dict string -> dict
until int -> list
untilStep int int int -> list
untitle string -> string
upper string -> string
urlJoin dict -> string
urlParse string -> dict
without list any* -> list
wrap int string -> string
wrapWith int string string -> string
"""

# Dicts are copied: one that was set into itself would end Helm's process.
LEAVES = {
    "string": ['""', '"a"', '"-"', '" "', '"ab"', '"b"', '"e"', '"d"', '"fooBar_baz-Qux2x"', '"12"', '"0x1F"', '"1.50"', '"-7.0"', '"/a/../b.tar.gz"',
               '"ä"', '"aǆß"', '"\\n"', '"a\\tb\\n"', '"日本"', '"\\u0301"', '"<&>"', '"👍"', '(b64dec "/8Oo4oI=")', ".Values.foreign", ".Values.words",
               ".Values.lines", ".Values.comma", ".Values.path", ".Values.url", ".Values.slashes", ".Values.control", ".Values.decimal"],
    "int": ["-2", "-1", "0", "1", "2", "3", "4", "5", "7", "10", "(int .Values.one)"],
    "int64": ["(int64 3)", "(int64 -5)", "(add 1 2)"],
    "float": ["0.0", "0.5", "-1.5", "2.25", "1e21", "1e-7", ".Values.float", ".Values.int", ".Values.million", ".Values.third", ".Values.small"],
    "bool": ["true", "false"],
    "list": ["(list)", '(list 1 2.5 "a" nil)', "(until 3)", ".Values.numbers", ".Values.strings", "(deepCopy .Values.various)", "(deepCopy .Values.falsy)", "(deepCopy .Values.lists)",
             "(deepCopy .Values.dicts)", ".Values.emptyList"],
    "dict": ["(dict)", '(dict "a" 1 "b" "")', '(dict "d" (dict "e" 1))', '(dict "c" (list 1) "d" nil)', '(dict "a" (dict) "z" false)', "(deepCopy .Values.tree)",
             "(deepCopy .Values.over)", "(deepCopy .Values.oddKeys)", "(deepCopy .Values.emptyDict)"],
    "any": ["nil", ".Values.absent", ".Values.nothing", "'a'"],
}


def read(line):
    head, result = line.split(" -> ")
    name, *params = head.split()
    return name, params, result


FUNCTIONS = [read(line) for line in SIGNATURES.split("\n") if line]
GIVING = {kind: [f for f in FUNCTIONS if f[2] == kind] or FUNCTIONS for kind in LEAVES}
GIVING["any"] = FUNCTIONS


def expression(chance, kind, depth):
    if kind == "any" and chance.random() < 0.8 or chance.random() < 0.03:
        kind = chance.choice(list(LEAVES))
    if depth == 0 or chance.random() < 0.4:
        return chance.choice(LEAVES[kind])
    return "(" + call(chance, chance.choice(GIVING[kind]), depth - 1) + ")"


# These make as much as their numbers say, so they get small ones.
GROWING = ["indent", "nindent", "repeat", "seq", "until", "untilStep"]


def call(chance, function, depth):
    name, params, _ = function
    arguments = []
    for param in params:
        times = chance.choice([0, 1, 1, 2, 3]) if param.endswith("*") else 1
        below = 0 if name in GROWING and param.startswith("int") else depth
        arguments += [expression(chance, param.rstrip("*"), below) for _ in range(times)]
    return " ".join([name, *arguments])


def call_case(chance):
    value = call(chance, chance.choice(FUNCTIONS), 3)
    return f"{{{{ $r := {value} }}}}{{{{ typeOf $r }}}} {{{{ quote (toString $r) }}}}"


KEYS = ['"a"', '"b"', '"d"', '"e"', '"z"']


def statement(chance):
    """Changes one of three dicts; what is nested stays at its depth, so that no dict comes to hold itself."""
    one, other = chance.sample(["$a", "$b", "$c"], 2)
    key = chance.choice(KEYS)
    return chance.choice([
        f"set {one} {key} {expression(chance, 'any', 1)}",
        f"set {one} {key} (deepCopy {other})",
        f"set (get {one} {key}) {chance.choice(KEYS)} {chance.choice(LEAVES['string'])}",
        f"unset {one} {key}",
        f"{chance.choice(['merge', 'mergeOverwrite', 'mustMerge', 'mustMergeOverwrite'])} {one} {other}",
        f"{chance.choice(['merge', 'mergeOverwrite'])} {one} (pick {other} {key} {chance.choice(KEYS)})",
        f"{chance.choice(['merge', 'mergeOverwrite'])} {one} (omit {other} {key}) {expression(chance, 'dict', 1)}",
    ])


def some_dict(chance):
    while True:
        made = expression(chance, "dict", 1)
        # A nil dict is an empty one here (docs/compatibility.md).
        if "nil" not in made:
            return made


def change_case(chance):
    """A template that changes dicts, which share their insides, and shows all of them."""
    start = [f"{{{{ ${name} := {some_dict(chance)} }}}}" for name in "abc"]
    steps = [f"{{{{ $_ := {statement(chance)} }}}}" for _ in range(chance.randint(1, 6))]
    return "".join(start + steps) + "{{ toJson $a }} {{ toJson $b }} {{ toJson $c }}"
