# The builds, each by one name: `build native|asan|tsan|fuzz|bench|coverage|wasm|js|demo [target…]`.
# Sourced after install.sh by demo/run and tests/run; quiet, with the log shown where one fails.

# Object files are shared between checkouts, wherever these lie, precompiled headers included.
use_ccache() {
    export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
    export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    if [ -z "${CCACHE_DIR:-}" ] && ! mkdir -p "${HOME:-/nonexistent}/.cache/ccache" 2>/dev/null; then
        export CCACHE_DIR="$root/build/ccache" # no home directory: keep them in this checkout
    fi
}

# The options that a build folder may remember from elsewhere.
readonly settings=(-DHALLPASS_SERVER=ON -DHALLPASS_TESTS=ON -DHALLPASS_FUZZ=OFF -DHALLPASS_BENCH=OFF)

# forget_old_headers <build folder>
# Removes the precompiled headers that are to be made anew: where an old one lies, ccache looks for the new one under the
# old one's contents and not under the headers', and may find what another checkout made of other headers.
forget_old_headers() (
    cd "$root/build/$1" || return
    newer_than() {
        while read -r header; do
            if [ ! -e "$header" ] || [ "$header" -nt "$1" ]; then echo "$header"; fi
        done
    }
    find . -name 'cmake_pch.hxx.[gp]ch' -printf '%P\n' | while read -r made; do
        if [ -n "$(ninja -t deps "$made" | sed -n 's/^    //p' | newer_than "$made")" ]; then rm -f "$made"; fi
    done
)

# cmake_build <preset> <build folder> <targets> [configuration…]
cmake_build() {
    local preset=$1 folder=$2 targets=$3
    shift 3
    # shellcheck disable=SC2086  # targets are words
    (cd "$root" && cmake --preset "$preset" -B "build/$folder" "${settings[@]}" "$@" &&
        forget_old_headers "$folder" &&
        cmake --build "build/$folder" --parallel "$(nproc)" ${targets:+--target $targets})
}

npm_build() {
    npm run build --prefix "$root/$1"
}

build() {
    local name=$1 targets
    shift
    targets="$*"
    local log="$root/build/log/build-$name.log"
    use_ccache
    case $name in
        # Without tests where only the server is asked for: the demo has no test packages.
        native)
            local tests=ON
            [ "$targets" != hallpassd ] || tests=OFF
            run_logged "build native" "$log" \
                cmake_build native native "$targets" -DHALLPASS_TESTS=$tests
            ;;
        fuzz)
            run_logged "build fuzz" "$log" \
                cmake_build fuzz fuzz "$targets" -DHALLPASS_FUZZ=ON -DHALLPASS_SERVER=OFF
            ;;
        bench)
            run_logged "build bench" "$log" \
                cmake_build native bench "$targets" -DHALLPASS_BENCH=ON
            ;;
        js | demo) run_logged "build $name" "$log" npm_build "$name" ;;
        coverage) run_logged "build coverage" "$log" cmake_build coverage coverage "$targets" -DHALLPASS_SERVER=OFF ;;
        *) run_logged "build $name" "$log" cmake_build "$name" "$name" "$targets" ;;
    esac
}
