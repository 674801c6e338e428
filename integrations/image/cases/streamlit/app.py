import streamlit as st
import torch

st.title("Scores")
st.write(torch.__version__)
