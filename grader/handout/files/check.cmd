@echo off
rem check          all exercises
rem check NAME     one exercise or chapter
rem The first call sets up .venv; later ones go straight to work.
setlocal
set PYTHONHOME=
set PYTHONPATH=
rem An update may bring other versions of packages.
fc /b "%~dp0constraints.txt" "%~dp0.venv\ready" >nul 2>nul && goto run
echo Setting up .venv: once, two to three minutes; torch is about 200 MB ...
py -3 -m venv "%~dp0.venv" || exit /b 2
"%~dp0.venv\Scripts\python" -m pip install -c "%~dp0constraints.txt" -e "%~dp0." || exit /b 2
copy /y "%~dp0constraints.txt" "%~dp0.venv\ready" >nul
:run
"%~dp0.venv\Scripts\grader" check %*
