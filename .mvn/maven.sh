# Sourced by mvnw once distributionUrl is known. Decides where Maven itself comes from the first time: MVNW_REPOURL when
# it is set; else, where an installed `mvn` is set up with a repository or a mirror, from there, so that a machine which
# reaches nothing else works too; else distributionUrl as it stands.

vde_zip=${distributionUrl##*/}
vde_version=${vde_zip#apache-maven-}
vde_version=${vde_version%-bin.zip}
vde_path=org/apache/maven/apache-maven/$vde_version/$vde_zip
vde_m2=${MAVEN_USER_HOME:-$HOME/.m2}
vde_home=$vde_m2/wrapper/dists/${vde_zip%-bin.zip}/$(hash_string "$distributionUrl")

if [ -n "${MVNW_REPOURL-}" ]; then
  distributionUrl=$MVNW_REPOURL/$vde_path
elif [ ! -d "$vde_home" ] && command -v mvn >/dev/null 2>&1 && command -v unzip >/dev/null 2>&1; then
  echo "Fetching Maven $vde_version" >&2
  if mvn -q -B dependency:get -Dtransitive=false \
    -Dartifact="org.apache.maven:apache-maven:$vde_version:zip:bin" >&2 && [ -f "$vde_m2/repository/$vde_path" ]; then
    # Unpacked beside its final place and moved there whole, so that an interruption leaves nothing half.
    vde_tmp=$vde_home.$$
    mkdir -p "$vde_tmp"
    unzip -q "$vde_m2/repository/$vde_path" -d "$vde_tmp"
    mv "$vde_tmp/apache-maven-$vde_version" "$vde_home"
    rmdir "$vde_tmp"
  fi
fi
