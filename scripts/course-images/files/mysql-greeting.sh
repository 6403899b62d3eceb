#!/bin/sh
echo 5.7-stand-in
