#!/bin/bash
# source unpack.sh FOLDER (or bash unpack.sh FOLDER): unpacks what archives of pack.cjs lie in FOLDER and sets the environment for what follows.
# Sets PROJECT, DATA (empty without data), PYTHON, PLUGIN. A rehearsal on a machine without a card sets DISTILLERY_PJRT and ENGINE beforehand.
folder=$(cd "$1" && pwd)
work=${WORK:-/tmp/distillery}
mkdir -p "$work"
for archive in project data-1 data-2; do
  [ -e "$folder/$archive.tar.xz" ] && [ ! -e "$work/$archive.done" ] || continue
  into=$work
  [ $archive = project ] || into=$work/data
  mkdir -p "$into" && tar -xJf "$folder/$archive.tar.xz" -C "$into" && : >"$work/$archive.done"
done
export PATH=$work/bin:$PATH PROJECT=$work/project TF_CPP_MIN_LOG_LEVEL=2 ENGINE=${ENGINE:-xla:cuda}
DATA=; [ -e "$work/data" ] && DATA=$work/data
export DATA
PYTHON=${PYTHON:-$(ls /opt/torch/.venv/bin/python3 2>/dev/null || command -v python3 || true)}
if [ -n "$PYTHON" ] && [ -z "$DISTILLERY_PJRT" ]; then
  site=$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
  DISTILLERY_PJRT=$(ls "$site"/jax_plugins/xla_cuda1*/xla_cuda_plugin.so 2>/dev/null | tail -n 1)
  LD_LIBRARY_PATH=$(ls -d "$site"/nvidia/*/lib 2>/dev/null | tr '\n' ':')$LD_LIBRARY_PATH
  export LD_LIBRARY_PATH
fi
export PYTHON DISTILLERY_PJRT
