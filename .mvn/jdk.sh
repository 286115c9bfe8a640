# Sourced by mvnw and run: sets JAVA_HOME to a JDK that is new enough, and says which.
# Order: JAVA_HOME, then `java` on PATH, then the folders where JDKs are usually installed (newest first).

vde_jdk_needed=25

# Prints the feature version of the JDK in folder $1, or nothing when there is no whole JDK there.
vde_jdk_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release"
}

vde_find_jdk() {
  vde_seen=
  vde_best=
  vde_best_version=0
  vde_on_path=$(command -v java 2>/dev/null || :)
  [ -z "$vde_on_path" ] || vde_on_path=$(readlink -f "$vde_on_path" 2>/dev/null || echo "$vde_on_path")
  for vde_home in "${JAVA_HOME-}" "${vde_on_path%/bin/java}"; do
    [ -n "$vde_home" ] || continue
    vde_version=$(vde_jdk_version "$vde_home")
    if [ "${vde_version:-0}" -ge "$vde_jdk_needed" ]; then
      vde_best=$vde_home
      return 0
    fi
    vde_seen="$vde_seen
  $vde_home (${vde_version:-no JDK})"
  done
  set +f
  for vde_home in /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    vde_version=$(vde_jdk_version "$vde_home")
    [ -n "$vde_version" ] || continue
    if [ "$vde_version" -ge "$vde_jdk_needed" ] && [ "$vde_version" -gt "$vde_best_version" ]; then
      vde_best=$vde_home
      vde_best_version=$vde_version
    fi
    vde_seen="$vde_seen
  $vde_home ($vde_version)"
  done
  set -f
  [ -n "$vde_best" ]
}

if vde_find_jdk; then
  if [ "${JAVA_HOME-}" != "$vde_best" ]; then
    echo "Using the JDK in $vde_best" >&2
  fi
  JAVA_HOME=$vde_best
  export JAVA_HOME
else
  echo "No JDK $vde_jdk_needed or newer was found. Looked at:${vde_seen:- nothing}" >&2
  echo "Install one (for instance Eclipse Temurin $vde_jdk_needed) and set JAVA_HOME to its folder." >&2
  exit 1
fi
